import type { RunDetailOut, RunOut, StepOut } from '@posthorn/contract'
import { isId } from '#domain'
import type { StepRecord } from '#flows'
import type { ApplicationSnapshot, RunHead, StoredRun } from '#store'
import type { ApiDeps } from '../deps.ts'
import { memberBytes } from '../message/member-bytes.ts'
import { keptSteps } from './kept-steps.ts'
import { shownStatuses } from './shown-statuses.ts'

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

/** JSON text. What a job brought and what its steps gave is put in as it is kept: it may be megabytes, and reading it would change numbers. */
export async function runDetailText(
  deps: Pick<ApiDeps, 'store' | 'clock'>,
  application: ApplicationSnapshot,
  row: StoredRun,
): Promise<string> {
  const document = row.input === null ? undefined : memberBytes(Buffer.from(row.input), 'document')
  const members: Readonly<Record<Exclude<keyof RunDetailOut, keyof RunOut>, string>> = {
    document: document === undefined ? 'null' : Buffer.from(document).toString('utf8'),
    steps: await stepsText(deps, row),
    faults: row.faults,
    meta: row.meta,
    reply: row.reply ?? 'null',
  }
  const texts = Object.entries(members).map(([name, text]) => `,"${name}":${text}`)
  return `${JSON.stringify(runJson(application, row)).slice(0, -1)}${texts.join('')}}`
}

/** The steps of a run, as JSON text. */
export async function stepsText(deps: Pick<ApiDeps, 'store' | 'clock'>, row: Pick<StoredRun, 'steps' | 'finished_at'>): Promise<string> {
  const steps = await keptSteps(row.steps)
  const statusOf = await shownStatuses(deps, row, steps)
  const texts = steps.map(({ record, input = 'null', output = 'null' }) => {
    const head = JSON.stringify({ ...stepHead(record), ...statusOf(record) }).slice(0, -1)
    return `${head},"input":${input},"output":${output}}`
  })
  return `[${texts.join(',')}]`
}

type StepValues = Pick<StepOut, 'input' | 'output'>

/** A step as it is answered, but for what it took and gave. */
export function stepHead(step: StepRecord): Omit<StepOut, keyof StepValues> {
  return {
    id: step.id,
    kind: step.kind,
    item: step.item === undefined ? null : [...step.item],
    status: step.status,
    code: step.code ?? null,
    startedAt: new Date(step.startedAt).toISOString(),
    durationMs: step.durationMs,
    truncatedBytes: step.truncatedBytes ?? null,
    warnings: step.warnings ?? [],
    faults: (step.faults ?? []) as unknown as StepOut['faults'],
    deliveryId: made(step, 'dlv'),
    messageId: made(step, 'msg'),
    waitsUntil: step.until === undefined ? null : new Date(step.until).toISOString(),
  }
}

function made({ made: id }: StepRecord, prefix: 'dlv' | 'msg'): string | null {
  return id !== undefined && isId(prefix, id) ? id : null
}
