import { setImmediate } from 'node:timers/promises'
import { firstIdAt } from '#domain'
import type { DeliveryCount, Store } from '#store'

/** Counted in one go. An embedded store answers at once, and an endpoint may have millions: others have their turn between two windows. */
const WINDOW_ROWS = 5000

export interface CountRange {
  /** Wall times; null for all that is kept, and for all until now. */
  readonly since: number | null
  readonly until: number | null
  readonly windowRows?: number
}

/** An endpoint's deliveries that were made in this time, by what became of them: newest first, so that what is made meanwhile is not counted twice. */
export async function* countByStatus(
  { logs }: Pick<Store, 'logs'>,
  endpoint: string,
  { since, until, windowRows = WINDOW_ROWS }: CountRange,
): AsyncGenerator<Omit<DeliveryCount, 'first'>> {
  const from = since === null ? null : firstIdAt('dlv', since)
  let before: string | null = until === null ? null : firstIdAt('dlv', until)
  for (;;) {
    const counts = await logs.deliveries.counts(endpoint, { order: 'desc', beyond: before, from, limit: windowRows })
    let counted = 0
    for (const { first, ...one } of counts) {
      yield one
      counted += one.count
      if (before === null || first < before) before = first
    }
    if (counted < windowRows) return
    await setImmediate()
  }
}
