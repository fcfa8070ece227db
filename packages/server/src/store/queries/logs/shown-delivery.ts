import { sql, type RawBuilder } from 'kysely'
import type { DeliveryStatus } from '#domain'
import { laneStates } from '../../records/lane.ts'

/**
 * Why a delivery waits is known to its lane, once for all that wait there: a paused or disabled endpoint holds a million deliveries, and a
 * plan's hour throttles them, without a write to any of them. So it is shown when somebody looks. These are SQL over a delivery `d` and
 * its lane `l`, joined from the left.
 */
export function shownStatus(now: number): RawBuilder<DeliveryStatus> {
  const { paused, disabled } = laneStates
  return sql<DeliveryStatus>`case when d.status not in ('waiting', 'throttled', 'held') then d.status
    when l.state in (${sql.lit(paused)}, ${sql.lit(disabled)}) then 'held'
    when l.throttled_until > ${now} then 'throttled' else 'waiting' end`
}

/**
 * When it is tried next, as far as that is known: not before its lane sends again. What is held has no time. What is only sent again has none
 * of its own: it goes at once, or when its lane does.
 */
export function shownNextAt(now: number): RawBuilder<number | null> {
  const { paused, disabled } = laneStates
  return sql<
    number | null
  >`case when d.status in ('delivered', 'failed', 'cancelled') or l.state in (${sql.lit(paused)}, ${sql.lit(disabled)}) then null
    else (select case when d.next_at is not null or max(x.at) > ${now} then max(x.at) end from (select coalesce(d.next_at, 0) as at
      union all select l.circuit_until union all select l.blocked_until union all select l.throttled_until) x) end`
}
