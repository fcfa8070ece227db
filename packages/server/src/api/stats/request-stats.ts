import type { RequestStatsOut, requestStatsOperations } from '@posthorn/contract'
import type { RequestOutcome } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listenersMeant } from '../request/listeners-meant.ts'
import type { Answer, Call } from '../route.ts'
import { countsJson } from './counts-json.ts'
import { newestFirst } from './newest-first.ts'
import { statsRange, type StatsRange } from './stats-range.ts'
import { Tallies, type Tally } from './tally.ts'

type Query = Call<typeof requestStatsOperations.requests>['query']

export async function requestStats(deps: ApiDeps, call: Call<typeof requestStatsOperations.requests>): Promise<Answer> {
  const { application, query } = call
  const range = statsRange(query, deps.clock.now())
  const listeners = await listenersMeant(deps, application, query.listener)
  const { tallies, since } = await countRequests(deps, { listeners, range, key: keys[query.group_by ?? 'status'] })
  const refusals = (buckets: readonly Tally[]) => ({ refusals: buckets.map((bucket) => bucket.of('rejected')) })
  return { status: 200, body: countsJson({ query, range, since, tallies, outcomes, trouble: refusals }) satisfies RequestStatsOut }
}

const keys: Readonly<Record<NonNullable<Query['group_by']>, (row: RequestOutcome) => string | null>> = {
  listener: ({ listener_id }) => listener_id,
  status: ({ status }) => status,
  reason: ({ reason }) => reason,
}

interface Counting {
  readonly listeners: readonly string[]
  readonly range: StatsRange
  readonly key: (row: RequestOutcome) => string | null
  readonly rowsMax?: number
}

/** Counts requests by when they came. `since`: of the first bucket that could be counted as a whole. */
export async function countRequests({ store }: Pick<ApiDeps, 'store'>, { listeners, range, key, rowsMax }: Counting) {
  const tallies = new Tallies(range)
  const since = await newestFirst(range, {
    prefix: 'req',
    owners: listeners,
    read: (listener, stretch) => store.logs.requests.outcomes(listener, stretch),
    at: ({ received_at }) => received_at,
    each: (row) => tallies.add({ key: key(row), at: row.received_at, status: row.status, tookMs: null }),
    rowsMax,
  })
  return { tallies, since }
}

function outcomes(tally: Tally) {
  const [accepted, duplicate, rejected] = [tally.of('accepted'), tally.of('duplicate'), tally.of('rejected')]
  return { requests: tally.count, accepted, duplicate, rejected }
}
