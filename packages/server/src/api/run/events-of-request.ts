import { limits, type RunId } from '#domain'
import type { StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'

const PAGE = 32

/** What runs of a request work on: each of the many events that it has brought, as its first runs were handed them; null: the whole. */
export async function eventsOf(
  { store }: Pick<ApiDeps, 'store'>,
  request: Pick<StoredRequest, 'run_ids'>,
): Promise<readonly (string | null)[]> {
  const ids = JSON.parse(request.run_ids) as RunId[]
  const inputs = new Set<string | null>()
  // Each replay added as many runs again as there are events, and all that they work on may be as large as the largest body.
  for (let at = 0; at < ids.length && inputs.size < limits.eventsOfRequestMax; at += PAGE) {
    for (const { run } of await store.loadRuns(ids.slice(at, at + PAGE))) inputs.add(run.input)
  }
  return inputs.size === 0 ? [null] : [...inputs]
}
