import { createHash } from 'node:crypto'
import { AppError, limits, type RunId } from '#domain'
import {
  CommitUnknownError,
  madeFrom,
  type AcceptOperation,
  type AcceptResult,
  type Alongside,
  type ApplicationSnapshot,
  type Dedup,
  type NewRun,
} from '#store'
import { acceptCurrent } from '../accept-current.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

/** The key of a job: taken by one run while that run is retained (decisions/keys-of-jobs). */
export interface JobKey {
  readonly flow: string
  readonly key: string
  /** The digest of what the job works on: the same key with other content is refused. */
  readonly content: string
  /** How long it is taken; absent: as long as its run is there. */
  readonly keepMs?: number
  /** The digest that older releases kept of it, members in the order of the caller; undefined: the same. */
  olderContent(): string | undefined
}

export interface Started {
  readonly run: RunId
  /** False: the key was taken by this run before. */
  readonly fresh: boolean
}

interface Plan {
  readonly run: NewRun
  readonly job: JobKey | null
  /** Written with the run, if it is a new one. */
  readonly alongside?: Alongside
}

/** A key whose run is gone is freed and taken anew; so often somebody else may be quicker. */
const ROUNDS_MAX = 5
/** Far longer than runs are kept: a key whose run is gone is free, whatever stands here. */
const KEEP_MS = 3660 * 86_400_000

/**
 * Puts a run into the store, where the process that took it starts it at once. The plan is made again from fresh configuration
 * when the commit turns out stale, so no run begins with a flow that was just switched off.
 */
export async function startRun(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  plan: (application: ApplicationSnapshot) => Plan,
): Promise<Started> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { run, job, dedup, result } = await accept(deps, application, plan)
    if (result.kind === 'accepted') return { run, fresh: true }
    if (result.kind === 'refused') throw new AppError('malformed_request', { detail: result.detail })
    if (result.kind === 'duplicate') {
      const first = await firstRun(deps, result.ref)
      if (first === undefined) {
        await free(deps, dedup!)
        continue
      }
      const content = result.ref.slice(first.length + 1)
      if (content !== job!.content && content !== job!.olderContent()) throw new AppError('key_taken')
      return { run: first, fresh: false }
    }
    throw new AppError('not_found')
  }
  throw new AppError('changed_meanwhile')
}

interface ManyRuns {
  readonly plan: (application: ApplicationSnapshot) => readonly NewRun[]
  readonly once: Omit<Dedup, 'ref'> | null
  readonly alongside: (runs: readonly RunId[]) => Alongside
}

/**
 * Puts several runs into the store, all or none. For each of a thousand a commit of its own would take minutes on a slow disk. `once`: whoever
 * comes again with that is told of the runs that were started the first time.
 */
export async function startRuns(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { plan, once, alongside }: ManyRuns,
): Promise<readonly RunId[]> {
  let runs: readonly NewRun[] = []
  const make = (snapshot: ApplicationSnapshot): AcceptOperation => {
    runs = plan(snapshot)
    const dedups = once === null ? [] : [{ ...once, ref: runs.map(({ id }) => id).join(' ') }]
    const made = { application: madeFrom(snapshot, 'inbound'), dedups, request: null, runs, messages: [] }
    return { ...made, alongside: alongside(runs.map(({ id }) => id)) }
  }
  const result = await acceptCurrent(deps, application, { make }).catch(async (error: unknown): Promise<AcceptResult> => {
    if (await isKept(deps, runs[0]?.id, error)) return { kind: 'accepted' }
    throw error
  })
  if (result.kind === 'refused') throw new AppError('malformed_request', { detail: result.detail })
  if (result.kind === 'duplicate') return result.ref.split(' ') as RunId[]
  if (result.kind !== 'accepted') throw new AppError('not_found')
  return runs.map(({ id }) => id)
}

interface Attempt {
  readonly run: RunId
  readonly job: JobKey | null
  readonly dedup: Dedup | null
  readonly result: AcceptResult
}

/** The last plan that was made is the one that counts. Of a commit of which nobody knows whether it was kept, the run itself shows it. */
async function accept(deps: ApiDeps, application: ApplicationSnapshot, plan: Parameters<typeof startRun>[2]): Promise<Attempt> {
  let last: Omit<Attempt, 'result'> | undefined
  const make = (snapshot: ApplicationSnapshot): AcceptOperation => {
    const { run, job, alongside } = plan(snapshot)
    const dedup = job && dedupOf(job, run.id)
    last = { run: run.id, job, dedup }
    const made = { application: madeFrom(snapshot, 'inbound'), dedups: dedup ? [dedup] : [], request: null, runs: [run], messages: [] }
    return alongside === undefined ? made : { ...made, alongside }
  }
  try {
    const result = await acceptCurrent(deps, application, { make })
    return { ...last!, result }
  } catch (error) {
    if (last === undefined || !(await isKept(deps, last.run, error))) throw error
    return { ...last, result: { kind: 'accepted' } }
  }
}

/** Whether the run shows that its commit was kept, of which nobody knows. Where it cannot be looked up, nobody knows still. */
async function isKept({ store }: ApiDeps, run: RunId | undefined, error: unknown): Promise<boolean> {
  if (!(error instanceof CommitUnknownError) || run === undefined) return false
  return store.logs.runs.exists(run).catch(() => false)
}

/** The reference names the run and the content, so that one look-up answers both questions. */
function dedupOf({ flow, key, content, keepMs = KEEP_MS }: JobKey, run: RunId) {
  return { scope: `job ${flow}`, key: digest(key), ref: `${run} ${content}`, keepMs }
}

/** What one call is to start once, whether it was answered or not; null: it has no Idempotency-Key. */
export function onceUnder({ actor, idempotencyKey }: Pick<Call, 'actor' | 'idempotencyKey'>, scope: string): Omit<Dedup, 'ref'> | null {
  if (idempotencyKey === undefined) return null
  return { scope, key: digest(`${actor.id} ${idempotencyKey}`), keepMs: limits.idempotencyHours * 3_600_000 }
}

async function firstRun({ store }: ApiDeps, ref: string): Promise<RunId | undefined> {
  const id = ref.split(' ', 1)[0] as RunId
  return (await store.logs.runs.exists(id)) ? id : undefined
}

async function free({ store }: ApiDeps, { scope, key }: { scope: string; key: string }): Promise<void> {
  await store.mutate({ statements: [store.statements.takenKeys.free(scope, key)], application: null, audit: [] })
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
