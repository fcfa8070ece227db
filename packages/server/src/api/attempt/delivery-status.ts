import { sql, type RawBuilder } from 'kysely'
import type { DeliveryStatus } from '#domain'
import type { DeliveryTable } from '#store'

export const statusTexts = ['success', 'pending', 'fail', 'sending'] as const

/** Of a delivery, on Svix's numbers (decisions/statuses). */
export function deliveryStatusNumber(row: Pick<DeliveryTable, 'status' | 'attempts'>): 0 | 1 | 2 | 3 {
  const status: DeliveryStatus = row.status
  if (status === 'delivered') return 0
  if (status === 'failed' || status === 'cancelled') return 2
  return row.attempts === 0 ? 1 : 3
}

/** SQL: the delivery has not ended. */
export const isLive: RawBuilder<boolean> = sql<boolean>`delivery.status not in ('delivered', 'failed', 'cancelled')`

/** SQL: the delivery has this number of Svix's. */
export function hasDeliveryStatus(number: number): RawBuilder<boolean> {
  if (number === 0) return sql<boolean>`delivery.status = 'delivered'`
  if (number === 2) return sql<boolean>`delivery.status in ('failed', 'cancelled')`
  return number === 1 ? sql<boolean>`(${isLive} and delivery.attempts = 0)` : sql<boolean>`(${isLive} and delivery.attempts > 0)`
}
