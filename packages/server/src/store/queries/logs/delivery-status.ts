import { sql, type RawBuilder } from 'kysely'

/** SQL: the delivery has not ended. */
export const isLive: RawBuilder<boolean> = sql<boolean>`delivery.status not in ('delivered', 'failed', 'cancelled')`

/** SQL: the delivery has this number of Svix's. */
export function hasDeliveryStatus(number: number): RawBuilder<boolean> {
  if (number === 0) return sql<boolean>`delivery.status = 'delivered'`
  if (number === 2) return sql<boolean>`delivery.status in ('failed', 'cancelled')`
  return number === 1 ? sql<boolean>`(${isLive} and delivery.attempts = 0)` : sql<boolean>`(${isLive} and delivery.attempts > 0)`
}
