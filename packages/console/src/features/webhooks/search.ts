import { rangeOf } from '../../lib/range-search.ts'
import { chosen, joined, listOf, oneOf, textOf } from '../../lib/search.ts'
import type { TimeRange } from '../../lib/time-range.ts'

export const endpointTabs = ['deliveries', 'events', 'transform', 'headers', 'settings', 'verify'] as const

/** What stands in the address of Settings > Webhooks. */
export interface WebhooksSearch {
  readonly q?: string
  readonly state?: string
  readonly add?: string
}

export function webhooksSearch(raw: Readonly<Record<string, unknown>>): WebhooksSearch {
  return chosen({
    q: textOf(raw['q']),
    state: joined(listOf(raw['state'])),
    add: textOf(raw['add']),
  })
}

/** What stands in the address of one endpoint. */
export interface EndpointSearch {
  readonly tab?: (typeof endpointTabs)[number]
  readonly status?: string
  readonly range?: TimeRange
  readonly open?: string
  readonly attempt?: string
}

export function endpointSearch(raw: Readonly<Record<string, unknown>>): EndpointSearch {
  return chosen({
    tab: oneOf(raw['tab'], endpointTabs),
    status: joined(listOf(raw['status'])),
    range: rangeOf(raw['range']),
    open: textOf(raw['open']),
    attempt: textOf(raw['attempt']),
  })
}
