import type { RunId } from '#domain'
import type { StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'

/** What runs of a request work on: each of the many events that it has brought, as its first runs were handed them; null: the whole. */
export async function eventsOf(
  { store }: Pick<ApiDeps, 'store'>,
  request: Pick<StoredRequest, 'run_ids'>,
): Promise<readonly (string | null)[]> {
  const runs = await store.loadRuns(JSON.parse(request.run_ids) as RunId[])
  const inputs = new Set(runs.map(({ run }) => run.input))
  return inputs.size === 0 ? [null] : [...inputs]
}
