import type { attemptOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import type { Answer, Call } from '../route.ts'
import { countByStatus } from './count-by-status.ts'
import { deliveryStatusNumber, statusTexts } from './delivery-status.ts'

/** How many messages of an endpoint are in which state. */
export async function endpointStats(
  { store }: ApiDeps,
  { application, params, query }: Call<typeof attemptOperations.stats>,
): Promise<Answer> {
  const endpoint = existingEndpoint(application, params)
  const range = { since: momentOf(query.since), until: momentOf(query.until) }
  const stats = { success: 0, pending: 0, sending: 0, fail: 0, canceled: 0 }
  for await (const { count, ...one } of countByStatus(store, endpoint.id, range)) {
    if (one.status === 'cancelled') stats.canceled += count
    else stats[statusTexts[deliveryStatusNumber(one)]] += count
  }
  return { status: 200, body: { ...stats, skipped: await store.queries.lanes.skipped(endpoint.id) } }
}

const momentOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))
