import { setImmediate } from 'node:timers/promises'
import type { ApplicationId } from '#domain'
import { findDeliveries, type DeliveryFilter, type FoundDelivery, type Store } from '#store'
import type { Looked } from '../look-through.ts'
import type { PageRequest } from '../page.ts'

/** What one call looks through: 20,000 deliveries, or the payloads of 2,000. Then it answers what it has, and where to go on. */
const WINDOWS_MAX = 10
const TEXT_WINDOWS_MAX = 5

interface Search {
  readonly application: ApplicationId | null
  readonly filter: DeliveryFilter
  readonly page: PageRequest
  readonly shownAt: number
}

export async function searchDeliveries(
  store: Pick<Store, 'db' | 'engine'>,
  { application, filter, page, shownAt }: Search,
): Promise<Looked<FoundDelivery>> {
  const wanted = page.limit + 1
  const rows: FoundDelivery[] = []
  let beyond = page.beyond
  for (let left = filter.text === null ? WINDOWS_MAX : TEXT_WINDOWS_MAX; left > 0; left--) {
    const window = await findDeliveries(store, { application, filter, order: page.order, beyond, shownAt }, wanted - rows.length)
    rows.push(...window.rows)
    if (window.end === null || rows.length === wanted) return { rows, stoppedAt: null }
    beyond = window.end
    // An embedded store answers at once: others have their turn between two windows.
    await setImmediate()
  }
  return { rows, stoppedAt: beyond }
}
