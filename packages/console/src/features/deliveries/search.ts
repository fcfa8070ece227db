import { timeOf } from '../../lib/range-search.ts'
import { chosen, countOf, joined, listOf, oneOf, textOf } from '../../lib/search.ts'
import type { TimeSearch } from '../../lib/time-range.ts'

/** Classes of answers; 0 is none at all. */
export const deliveryClasses = ['0', '100', '200', '300', '400', '500'] as const

/** What stands in the address of Deliveries. */
export interface DeliveriesSearch extends TimeSearch {
  readonly status?: string
  readonly endpoint?: string
  readonly type?: string
  readonly class?: (typeof deliveryClasses)[number]
  readonly failure?: string
  /** Milliseconds that it took at least. */
  readonly took?: number
  readonly message?: string
  readonly run?: string
  readonly q?: string
  /** The delivery in the panel. */
  readonly open?: string
  readonly attempt?: string
  readonly tab?: AttemptTab
}

export const attemptTabs = ['request', 'response', 'signature'] as const
export type AttemptTab = (typeof attemptTabs)[number]

export function deliveriesSearch(raw: Readonly<Record<string, unknown>>): DeliveriesSearch {
  return chosen({
    status: joined(listOf(raw['status'])),
    endpoint: textOf(raw['endpoint']),
    type: joined(listOf(raw['type'])),
    class: oneOf(textOf(raw['class']), deliveryClasses),
    failure: textOf(raw['failure']),
    took: countOf(raw['took']),
    message: textOf(raw['message']),
    run: textOf(raw['run']),
    q: textOf(raw['q']),
    ...timeOf(raw),
    open: textOf(raw['open']),
    attempt: textOf(raw['attempt']),
    tab: oneOf(raw['tab'], attemptTabs),
  })
}
