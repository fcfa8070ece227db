import type { ApplicationId } from '#domain'
import type { DeliveryFilter, FoundDelivery, Store } from '#store'
import { inWindows, type Looked } from '../look-through.ts'
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

export function searchDeliveries(
  { logs }: Pick<Store, 'logs'>,
  { application, filter, page, shownAt }: Search,
): Promise<Looked<FoundDelivery>> {
  const windowsMax = filter.text === null ? WINDOWS_MAX : TEXT_WINDOWS_MAX
  return inWindows({ wanted: page.limit + 1, beyond: page.beyond, windowsMax }, (beyond, most) =>
    logs.deliveries.search({ application, filter, order: page.order, beyond, shownAt }, most),
  )
}
