import { setImmediate } from 'node:timers/promises'
import { firstIdAt, type DeliveryStatus } from '#domain'
import type { Store } from '#store'

/** Counted in one go. An embedded store answers at once, and an endpoint may have millions: others have their turn between two windows. */
const WINDOW_ROWS = 5000

export interface CountRange {
  /** Wall times; null for all that is kept, and for all until now. */
  readonly since: number | null
  readonly until: number | null
  readonly windowRows?: number
}

export interface StatusCount {
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly count: number
}

/** An endpoint's deliveries that were made in this time, by what became of them: newest first, so that what is made meanwhile is not counted twice. */
export async function* countByStatus(
  { db }: Pick<Store, 'db'>,
  endpoint: string,
  { since, until, windowRows = WINDOW_ROWS }: CountRange,
): AsyncGenerator<StatusCount> {
  let before: string | null = until === null ? null : firstIdAt('dlv', until)
  for (;;) {
    let window = db
      .selectFrom('delivery')
      .select(['id', 'status', 'attempts'])
      .where('endpoint_id', '=', endpoint)
      .orderBy('id', 'desc')
      .limit(windowRows)
    if (since !== null) window = window.where('id', '>=', firstIdAt('dlv', since))
    if (before !== null) window = window.where('id', '<', before)
    const counts = await db
      .selectFrom(window.as('w'))
      .select(['status', 'attempts'])
      .select((is) => [is.fn.countAll<number>().as('count'), is.fn.min('id').as('first')])
      .groupBy(['status', 'attempts'])
      .execute()
    let counted = 0
    for (const { first, ...one } of counts) {
      yield { ...one, count: Number(one.count) }
      counted += Number(one.count)
      if (before === null || first < before) before = first
    }
    if (counted < windowRows) return
    await setImmediate()
  }
}
