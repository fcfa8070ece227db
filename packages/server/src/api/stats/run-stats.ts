import type { RunStatsOut, runStatsOperations } from '@posthorn/contract'
import type { RunOutcome } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { flowsMeant } from '../run/flows-meant.ts'
import { countsJson } from './counts-json.ts'
import { newestFirst } from './newest-first.ts'
import { statsRange, type StatsRange } from './stats-range.ts'
import { Tallies, type Tally } from './tally.ts'

type Query = Call<typeof runStatsOperations.runs>['query']

export async function runStats(deps: ApiDeps, { application, query }: Call<typeof runStatsOperations.runs>): Promise<Answer> {
  const range = statsRange(query, deps.clock.now())
  const flows = await flowsMeant(deps, application, query.flow)
  const { tallies, since } = await countRuns(deps, { flows, range, key: keys[query.group_by ?? 'status'] })
  const failures = (buckets: readonly Tally[]) => ({ failures: buckets.map((bucket) => bucket.of('ko')) })
  return { status: 200, body: countsJson({ query, range, since, tallies, outcomes, trouble: failures }) satisfies RunStatsOut }
}

const keys: Readonly<Record<NonNullable<Query['group_by']>, (row: RunOutcome) => string | null>> = {
  flow: ({ flow_id }) => flow_id,
  status: ({ status }) => status,
}

interface Counting {
  readonly flows: readonly string[]
  readonly range: StatsRange
  readonly key: (row: RunOutcome) => string | null
  readonly rowsMax?: number
}

/** Counts runs by when they began. `since`: of the first bucket that could be counted as a whole. */
export async function countRuns({ store }: Pick<ApiDeps, 'store'>, { flows, range, key, rowsMax }: Counting) {
  const tallies = new Tallies(range)
  const since = await newestFirst(range, {
    prefix: 'run',
    owners: flows,
    read: (flow, stretch) => store.logs.runs.outcomes(flow, stretch),
    at: ({ created_at }) => created_at,
    each: (row) => tallies.add({ key: key(row), at: row.created_at, status: row.status, tookMs: tookMs(row) }),
    rowsMax,
  })
  return { tallies, since }
}

function tookMs({ status, created_at, finished_at }: RunOutcome): number | null {
  return finished_at === null || status === 'cancelled' ? null : Math.max(0, finished_at - created_at)
}

function outcomes(tally: Tally) {
  const [ok, ko, cancelled] = [tally.of('ok'), tally.of('ko'), tally.of('cancelled')]
  return {
    ...{ runs: tally.count, ok, ko, cancelled, unfinished: tally.count - ok - ko - cancelled },
    ...{ tookMsP50: tally.tookMs(0.5), tookMsP95: tally.tookMs(0.95), tookMsP99: tally.tookMs(0.99) },
  }
}
