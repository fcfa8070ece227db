import type { RunDetailOut, RunOut, StepOut } from '@posthorn/contract'
import { parseExactJson, type Reply } from '#domain'
import type { RunInput, StepRecord } from '#flows'
import type { ApplicationSnapshot, RunTable } from '#store'

/** Lists leave out what may be large. */
export const runColumns = [
  'id',
  'flow_id',
  'version',
  'trigger',
  'request_id',
  'key',
  'status',
  'created_at',
  'finished_at',
  'error_code',
] as const satisfies readonly (keyof RunTable)[]

export function runJson(application: ApplicationSnapshot, row: Pick<RunTable, (typeof runColumns)[number]>): RunOut {
  return {
    id: row.id,
    flowId: row.flow_id,
    flowName: application.flows.find((flow) => flow.id === row.flow_id)?.name ?? null,
    version: row.version,
    trigger: row.trigger as RunOut['trigger'],
    requestId: row.request_id,
    key: row.key,
    status: row.status,
    createdAt: new Date(row.created_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    durationMs: row.finished_at === null ? null : Math.max(0, row.finished_at - row.created_at),
    errorCode: row.error_code,
  }
}

/** As JSON text would be parsed, so that integers beyond 2^53 are written back as they were. */
export function runDetail(application: ApplicationSnapshot, row: RunTable): RunDetailOut {
  const input = row.input === null ? {} : (parseExactJson(row.input) as RunInput)
  return {
    ...runJson(application, row),
    document: (input.document ?? null) as RunDetailOut['document'],
    steps: stepsJson(row),
    faults: parseExactJson(row.faults) as RunDetailOut['faults'],
    meta: parseExactJson(row.meta) as RunDetailOut['meta'],
    reply: row.reply === null ? null : (JSON.parse(row.reply) as Reply as RunDetailOut['reply']),
  }
}

export function stepsJson({ steps }: Pick<RunTable, 'steps'>): StepOut[] {
  return (parseExactJson(steps) as StepRecord[]).map((step) => ({
    id: step.id,
    kind: step.kind,
    status: step.status,
    code: step.code ?? null,
    startedAt: new Date(step.startedAt).toISOString(),
    durationMs: step.durationMs,
    input: (step.input ?? null) as StepOut['input'],
    output: (step.output ?? null) as StepOut['output'],
    truncatedBytes: step.truncatedBytes ?? null,
    warnings: step.warnings ?? [],
    faults: (step.faults ?? []) as unknown as StepOut['faults'],
  }))
}
