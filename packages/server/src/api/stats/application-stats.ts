import type { statsOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { countDeliveries } from './count-deliveries.ts'
import { countWaiting } from './count-waiting.ts'
import { statsRange } from './stats-range.ts'

export async function applicationStats(
  deps: ApiDeps,
  { application, query, actor }: Call<typeof statsOperations.application>,
): Promise<Answer> {
  const now = deps.clock.now()
  const range = statsRange(query, now)
  const { endpoint_id } = query
  const endpoint = endpoint_id === undefined ? null : existingEndpoint(application, { endpoint_id }).id
  const owner = { application: application.id, endpoint, toEndpoints: isInPortal(actor) }
  const { since, buckets, groups } = await countDeliveries(deps.store, owner, { ...range, wanted: query.groups })
  return {
    status: 200,
    body: {
      bucket: query.bucket,
      since: new Date(since).toISOString(),
      until: new Date(range.until).toISOString(),
      complete: since === range.since,
      buckets,
      groups: query.group_by === undefined ? null : groups,
      now: await countWaiting(deps.store, owner, now),
    },
  }
}
