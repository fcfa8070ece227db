import type { ApplicationSnapshot, RunFilter, RunHead, Stretch } from '#store'
import type { ApiDeps } from '../deps.ts'
import { lookThrough, mergeLooked, WINDOWS_MAX, type Looked } from '../look-through.ts'
import type { PageRequest } from '../page.ts'
import { flowsMeant } from './flows-meant.ts'

/** Which runs are meant; what is left out asks nothing. */
export type RunQuery = Omit<RunFilter, 'flow'> & { readonly flow?: string | undefined }

/** Runs of one flow or all, in the order of the page, as far as one call looks. */
export async function findRuns(
  deps: Pick<ApiDeps, 'store'>,
  application: ApplicationSnapshot,
  { query, page, stretch }: { readonly query: RunQuery; readonly page: Pick<PageRequest, 'limit' | 'order'>; readonly stretch: Stretch },
): Promise<Looked<RunHead>> {
  const { runs } = deps.store.logs
  const { ids, statuses, trigger, key, tag, errorCode, minDurationMs } = query
  // Those that are named are found by their ids, without looking through the log, and stand in few of the flows.
  const named = ids === undefined ? undefined : new Set((await runs.heads(ids)).map(({ flow_id }) => flow_id))
  const flows = (await flowsMeant(deps, application, query.flow)).filter((flow) => named?.has(flow) ?? true)
  const filtered = ids === undefined && [statuses, trigger, key, tag, errorCode, minDurationMs].some((one) => one !== undefined)
  const windowsMax = Math.max(1, Math.floor(WINDOWS_MAX / flows.length))
  const ofFlow = (flow: string) =>
    lookThrough(stretch, {
      filtered,
      windowEnd: (part) => runs.windowEnd(flow, part),
      rows: (part) => runs.list({ flow, ids, statuses, trigger, key, tag, errorCode, minDurationMs }, part),
      windowsMax,
    })
  // Runs are indexed by flow; merging the first page of each flow reads less than an index of its own would cost to write.
  return mergeLooked(page, await Promise.all(flows.map(ofFlow)))
}
