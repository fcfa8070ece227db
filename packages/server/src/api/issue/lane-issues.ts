import { setImmediate } from 'node:timers/promises'
import type { IssueOut } from '@posthorn/contract'
import { laneStates, type ApplicationSnapshot, type LaneLoad } from '#store'
import type { ApiDeps } from '../deps.ts'
import { amount, issueOf, type Found } from './found.ts'
import { stoppedBy } from './stopped-by.ts'

/** Lanes of one call of the store, of which so many tasks are counted, and of one look. */
const LANES_A_CALL = 50
const TASKS_MAX = 10_000
const LANES_MAX = 5000
/** Of each kind, and attempts that are looked through for the first that failed. */
const ISSUES_MAX = 20
const ATTEMPTS_MAX = 200
/** Work that is due for longer waits for somebody who should have come. */
const BACKLOG_MS = 60_000

type Deps = Pick<ApiDeps, 'store' | 'clock'>

/** Endpoints that the server stopped or spares, and work that nobody takes. */
export async function laneIssues(deps: Deps, application: ApplicationSnapshot): Promise<Found> {
  const now = deps.clock.now()
  const { lanes, complete } = await readLanes(deps, application)
  const endpoints = new Map(application.endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const issues: (IssueOut | undefined)[] = []
  const stopped = lanes.filter(({ state }) => state === laneStates.paused || state === laneStates.disabled)
  const open = lanes.filter(({ state, circuit_until }) => state === laneStates.ready && circuit_until > 0)
  for (const lane of stopped.slice(0, STOPPED_MAX)) {
    if (issues.filter((one) => one !== undefined).length >= ISSUES_MAX) break
    const endpoint = endpoints.get(lane.lane)
    if (endpoint) issues.push(await stoppedIssue(deps, application, { lane, host: hostOf(endpoint.url), now }))
  }
  for (const lane of open.slice(0, ISSUES_MAX)) {
    const endpoint = endpoints.get(lane.lane)
    if (endpoint) issues.push(await circuitIssue(deps, { lane, host: hostOf(endpoint.url), now }))
  }
  issues.push(backlogIssue(application, lanes, now))
  return {
    issues: issues.filter((one) => one !== undefined),
    complete: complete && stopped.length <= STOPPED_MAX && open.length <= ISSUES_MAX,
  }
}

/** Each costs a look through the audit log; nearly all of them were stopped by hand. */
const STOPPED_MAX = 50

interface About {
  readonly lane: LaneLoad
  readonly host: string
  readonly now: number
}

async function readLanes({ store }: Deps, { id }: ApplicationSnapshot) {
  const lanes: LaneLoad[] = []
  for (let after = ''; ;) {
    const some = await store.queries.lanes.loads({ application: id, endpoint: null }, { after, most: LANES_A_CALL, tasksMax: TASKS_MAX })
    lanes.push(...some)
    if (some.length < LANES_A_CALL) return { lanes, complete: true }
    if (lanes.length >= LANES_MAX) return { lanes, complete: false }
    after = some.at(-1)!.lane
    await setImmediate()
  }
}

async function stoppedIssue(deps: Deps, application: ApplicationSnapshot, { lane, host, now }: About): Promise<IssueOut | undefined> {
  const by = await stoppedBy(deps, application.id, lane.lane)
  if (by === undefined) return undefined
  const shared = { target: { kind: 'endpoint', id: lane.lane, name: host }, first: by.at, last: by.at } as const
  if (lane.state === laneStates.paused) {
    const reason = `${host} was paused because a delivery failed for good; ${amount(lane.tasks, 'delivery', 'deliveries')} wait.`
    const nextStep = 'Mend what failed, or cancel that delivery, then resume the endpoint.'
    return issueOf({ ...shared, kind: 'endpoint_paused', reason, nextStep, count: lane.tasks, countOf: 'deliveries' }, now)
  }
  const why = by.reason === 'gone' ? 'it answered 410 Gone' : 'its attempts kept failing'
  const missed = lane.skipped === 0 ? '' : ` ${amount(lane.skipped, 'event')} came meanwhile and went nowhere.`
  const reason = `${host} was disabled because ${why}.${missed}`
  const nextStep = 'Once the receiver works, enable the endpoint and send again what it missed.'
  return issueOf({ ...shared, kind: 'endpoint_disabled', reason, nextStep, count: lane.skipped, countOf: 'events' }, now)
}

async function circuitIssue({ store }: Deps, { lane, host, now }: About): Promise<IssueOut> {
  const attempts = await store.logs.attempts.latest(lane.lane, ATTEMPTS_MAX)
  const since = attempts.findIndex(({ ok }) => ok === 1)
  const failed = since < 0 ? attempts : attempts.slice(0, since)
  const reason = `${amount(lane.failures, 'attempt')} at ${host} failed in a row, so only probes are sent until one succeeds; ${amount(lane.tasks, 'delivery', 'deliveries')} wait.`
  return issueOf(
    {
      ...{ kind: 'circuit_open', target: { kind: 'endpoint', id: lane.lane, name: host }, reason },
      nextStep:
        'Look at the last attempts for what the receiver answers. It goes on by itself once one succeeds; what waits for a later try can be tried at once then: "Try what waits now", or a replay with the status "waiting".',
      ...{ count: lane.failures, countOf: 'attempts' },
      ...{ first: failed.at(-1)?.started_at ?? null, last: failed[0]?.started_at ?? null },
    },
    now,
  )
}

/** Only lanes that nothing holds: what an open circuit or a used up hour keeps is an issue of its own. */
function backlogIssue({ id, name }: ApplicationSnapshot, lanes: readonly LaneLoad[], now: number): IssueOut | undefined {
  const late = lanes.filter(
    ({ state, due, ...until }) =>
      state === laneStates.ready &&
      due !== null &&
      Math.max(due, until.circuit_until, until.blocked_until, until.throttled_until) < now - BACKLOG_MS,
  )
  if (late.length === 0) return undefined
  const first = Math.min(...late.map(({ due }) => due!))
  const count = late.reduce((sum, { tasks }) => sum + tasks, 0)
  const reason = `${amount(count, 'delivery', 'deliveries')} to ${amount(late.length, 'receiver')} wait, the oldest for ${amount(Math.floor((now - first) / 60_000), 'minute')} longer than planned.`
  const nextStep = 'Look whether receivers answer slowly: their concurrency and rate limit hold the rest back. Else add a server.'
  return issueOf({ kind: 'backlog', target: { kind: 'application', id, name }, reason, nextStep, count, countOf: 'deliveries', first }, now)
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
