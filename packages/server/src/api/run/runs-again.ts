import type { runOperations } from '@posthorn/contract'
import { AppError, type RunId } from '#domain'
import { madeFrom, type AcceptOperation, type ApplicationSnapshot, type RunHead } from '#store'
import { acceptCurrent } from '../accept-current.ts'
import { alongsideOf } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { stretchOf } from '../look-through.ts'
import { readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { findRuns } from './find-runs.ts'
import { againOf, onceOf, requireVersion } from './run-again.ts'
import { runJson } from './run-row.ts'
import { onceUnder } from './start-run.ts'

type ManyCall = Call<typeof runOperations.againMany>

const SAMPLE = 10
/** What runs again of those that are named. */
const ENDED = ['ok', 'ko', 'cancelled'] as const
/** They share commits. */
const AT_ONCE = 16
/** An iterator: a run, and when the first call came. */
const PLACE = /^(\w+)\.(\d{1,15})$/

/**
 * Runs again what matches, the oldest first: up to `limit` of them in one call, and then says where to go on. Those that had begun when the
 * first call came are meant, also by the calls that go on or come again, so that none runs again what another started.
 */
export async function runsAgain(deps: ApiDeps, call: ManyCall): Promise<Answer> {
  const { application, body } = call
  const { filter, dryRun, limit, iterator, version, newKey } = body
  if (version !== undefined) await requireVersion(deps, soleFlow(call), version)
  const [, from = iterator, boundText] = PLACE.exec(iterator ?? '') ?? []
  const page = readPage({ limit, iterator: from, order: 'ascending', pointer: '/iterator' }, 'run', 'ascending')
  const asked = filter.before === undefined ? Infinity : Date.parse(filter.before)
  const bound = Math.min(asked, boundText === undefined ? await firstCalledAt(deps, call) : Number(boundText))
  const before = new Date(bound).toISOString()
  const { rows, stoppedAt } = await findRuns(deps, application, {
    query: { ...filter, ids: filter.runIds, statuses: filter.status === undefined ? ENDED : [filter.status] },
    page,
    stretch: stretchOf(page, 'run', { ...filter, before }),
  })
  const found = rows.slice(0, limit)
  const isDone = rows.length <= limit && stoppedAt === null
  const reached = isDone ? null : `${stoppedAt ?? found.at(-1)!.id}.${bound}`
  const about = { matched: found.length, done: isDone, iterator: reached }
  if (dryRun)
    return {
      status: 200,
      body: { ...about, started: 0, skipped: 0, sample: found.slice(0, SAMPLE).map((row) => runJson(application, row)) },
    }
  // Before the first of them: each has a row of its own beside it, in its own commit.
  const row = alongsideOf(deps, call, { action: 'run.started_again', target: application.id, after: { filter, ...about } })
  await deps.store.mutate({ ...row, application: null })
  const started = await startAll(deps, call, { runs: found, again: { version, newKey } })
  const heads = await deps.store.logs.runs.heads(started.slice(0, SAMPLE))
  const sample = heads.map((row) => runJson(application, row))
  return { status: 202, body: { ...about, started: started.length, skipped: found.length - started.length, sample } }
}

/** When it was first called under its Idempotency-Key; without one, now. */
async function firstCalledAt(deps: ApiDeps, call: ManyCall): Promise<number> {
  const now = deps.clock.now()
  const { application, body } = call
  const once = body.dryRun ? null : onceUnder(call, `again many ${application.id}`)
  if (once === null) return now
  const dedups = [{ ...once, ref: String(now) }]
  const make = (snapshot: ApplicationSnapshot): AcceptOperation => {
    return { application: madeFrom(snapshot, 'inbound'), dedups, request: null, runs: [], messages: [] }
  }
  const result = await acceptCurrent(deps, application, { make })
  if (result.kind === 'duplicate') return Number(result.ref)
  if (result.kind !== 'accepted') throw new AppError('not_found')
  return now
}

/** What cannot be run again, because its request or its flow is gone, is left out. Under an Idempotency-Key each is started once. */
async function startAll(
  deps: ApiDeps,
  call: ManyCall,
  { runs, again }: { readonly runs: readonly RunHead[]; readonly again: Parameters<typeof againOf>[2]['wanted'] },
): Promise<RunId[]> {
  const started: RunId[] = []
  const once = onceOf(call)
  const left = [...runs]
  const one = async (): Promise<void> => {
    for (let head = left.shift(); head !== undefined; head = left.shift()) {
      const first = await deps.store.logs.runs.find(call.application.id, head.id)
      const run = first && (await againOf(deps, call, { first, wanted: again, once }).catch(unlessGone))
      if (run !== undefined) started.push(run.run)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return started.sort()
}

function unlessGone(error: unknown): undefined {
  if (error instanceof AppError && (error.code === 'missing_payload' || error.code === 'not_found')) return undefined
  throw error
}

function soleFlow({ application, body }: ManyCall): string {
  const named = body.filter.flow
  const flow = application.flows.find(({ id, uid }) => id === named || uid === named)
  if (flow !== undefined) return flow.id
  const message = 'A version is one of a flow: name that in `filter.flow`.'
  throw new AppError('validation_error', { fields: [{ pointer: '/version', code: 'flow_expected', message }] })
}
