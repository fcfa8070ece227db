import { sql, type RawBuilder } from 'kysely'
import type { DeliveryStatus } from '#domain'
import { laneStates } from './schema.ts'

/**
 * Why a delivery waits is known to its lane, once for all that wait there: a paused or disabled endpoint holds a million deliveries, and a
 * plan's hour throttles them, without a write to any of them. So it is told when somebody looks. These are SQL over a delivery `d` and
 * its lane `l`, joined from the left.
 */
export function shownStatus(now: number): RawBuilder<DeliveryStatus> {
  const { paused, disabled } = laneStates
  return sql<DeliveryStatus>`case when d.status not in ('waiting', 'throttled', 'held') then d.status
    when l.state in (${sql.lit(paused)}, ${sql.lit(disabled)}) then 'held'
    when l.throttled_until > ${now} then 'throttled' else 'waiting' end`
}

/** When it is tried next. What is held has no time. */
export function shownNextAt(now: number): RawBuilder<number | null> {
  const { paused, disabled } = laneStates
  return sql<number | null>`case when l.state in (${sql.lit(paused)}, ${sql.lit(disabled)}) then null
    when l.throttled_until > ${now} and l.throttled_until > d.next_at then l.throttled_until else d.next_at end`
}
