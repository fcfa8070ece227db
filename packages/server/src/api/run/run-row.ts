import type { RunDetailOut, RunOut, StepOut } from '@posthorn/contract'
import { isId, parseExactJson, type Reply } from '#domain'
import type { StepRecord } from '#flows'
import type { ApplicationSnapshot, RunHead, StoredRun } from '#store'
import { memberBytes } from '../message/member-bytes.ts'

export function runJson(application: ApplicationSnapshot, row: RunHead): RunOut {
  return {
    id: row.id,
    flowId: row.flow_id,
    flowName: application.flows.find((flow) => flow.id === row.flow_id)?.name ?? null,
    version: row.version,
    trigger: row.trigger as RunOut['trigger'],
    requestId: row.request_id,
    key: row.key,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]),
    status: row.status,
    createdAt: new Date(row.created_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    durationMs: row.finished_at === null ? null : Math.max(0, row.finished_at - row.created_at),
    errorCode: row.error_code,
  }
}

/** JSON text. What a job brought is put in as it came: it may be a megabyte, and reading and writing it again would change its numbers. */
export function runDetailText(application: ApplicationSnapshot, row: StoredRun): string {
  const document = row.input === null ? undefined : memberBytes(Buffer.from(row.input), 'document')
  const detail = {
    steps: stepsJson(row),
    faults: parseExactJson(row.faults) as RunDetailOut['faults'],
    meta: parseExactJson(row.meta) as RunDetailOut['meta'],
    reply: row.reply === null ? null : (JSON.parse(row.reply) as Reply as RunDetailOut['reply']),
  } satisfies Partial<RunDetailOut>
  const [head, tail] = [JSON.stringify(runJson(application, row)).slice(0, -1), JSON.stringify(detail).slice(1)]
  return `${head},"document":${document === undefined ? 'null' : Buffer.from(document).toString('utf8')},${tail}`
}

export function stepsJson({ steps }: Pick<StoredRun, 'steps'>): StepOut[] {
  return (parseExactJson(steps) as StepRecord[]).map((step) => ({
    id: step.id,
    kind: step.kind,
    item: step.item === undefined ? null : [...step.item],
    status: step.status,
    code: step.code ?? null,
    startedAt: new Date(step.startedAt).toISOString(),
    durationMs: step.durationMs,
    input: (step.input ?? null) as StepOut['input'],
    output: (step.output ?? null) as StepOut['output'],
    truncatedBytes: step.truncatedBytes ?? null,
    warnings: step.warnings ?? [],
    faults: (step.faults ?? []) as unknown as StepOut['faults'],
    deliveryId: made(step, 'dlv'),
    messageId: made(step, 'msg'),
    waitsUntil: step.until === undefined ? null : new Date(step.until).toISOString(),
  }))
}

function made({ made: id }: StepRecord, prefix: 'dlv' | 'msg'): string | null {
  return id !== undefined && isId(prefix, id) ? id : null
}
