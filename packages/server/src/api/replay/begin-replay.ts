import { setImmediate } from 'node:timers/promises'
import { findReplayable, type Replayable, type ReplaySet } from '#delivery'
import type { RequestSet } from '#flows'
import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredReplay } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { replayJson } from './replay-json.ts'

/** An application's own; more would only share the same endpoints. */
const RUNNING_MAX = 10

/** Of deliveries, or of requests. */
type AnySet = ReplaySet | RequestSet

type ReplayCall = Pick<Call, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot }

/** Writes a replay down; whichever process delivers then carries it out. `ofEndpoint`: how the audit log names one of an endpoint. */
export async function beginReplay(
  deps: ApiDeps,
  call: ReplayCall,
  { set, rate, ofEndpoint }: { set: AnySet; rate: number; ofEndpoint?: { readonly id: string; readonly action: string } },
): Promise<StoredReplay> {
  const { queries, statements } = deps.store
  const { id: application } = call.application
  const id = deps.ids.make('rpl')
  return changeOrganisation(deps, call, async () => {
    const running = await queries.replays.countRunning(application, RUNNING_MAX)
    if (running === RUNNING_MAX)
      throw new AppError('limit_reached', { detail: `${RUNNING_MAX} replays are under way. Wait until one is done, or cancel one.` })
    const now = deps.clock.now()
    const row: StoredReplay = {
      ...{ id, application_id: application, kind: set.kind, filter: JSON.stringify(set.filter), rate, until: set.until },
      // Due at once by any clock.
      ...{ status: 'running', rev: 0, place: '', next_at: 0, matched: 0, queued: 0, skipped: 0 },
      ...{ created_at: now, updated_at: now, finished_at: null, failure: null },
    }
    const { kind, filter, requests, ratePerSecond } = replayJson(row)
    return {
      statements: [statements.replays.insert(row)],
      ...(ofEndpoint ? { action: ofEndpoint.action, target: ofEndpoint.id } : { action: 'replay.created', target: id }),
      ...{ application, after: { id, kind, ...(requests === null ? { filter } : { requests }), ratePerSecond }, result: row },
    }
  })
}

/** What a preview counts to, and what it looks through. */
const COUNT_MAX = 10_000
const WINDOWS_MAX = 50
const TEXT_WINDOWS_MAX = 10
const SAMPLE_MAX = 10

/** Counts what a replay would send now. Not exact when the set is larger than it looked. */
export async function previewReplay(deps: ApiDeps, application: ApplicationSnapshot, set: ReplaySet) {
  const sample: Replayable[] = []
  let matched = 0
  let beyond = ''
  for (let left = set.filter.text === null ? WINDOWS_MAX : TEXT_WINDOWS_MAX; left > 0 && matched < COUNT_MAX; left--) {
    const { found, end } = await findReplayable(deps.store, { application, set, beyond, now: deps.clock.now() }, COUNT_MAX - matched)
    const sendable = found.filter((one) => one.sendable)
    matched += sendable.length
    sample.push(...sendable.slice(0, SAMPLE_MAX - sample.length))
    if (end === null) return { matched, exact: true, sample }
    beyond = end
    await setImmediate()
  }
  return { matched, exact: false, sample }
}
