import { timeOf } from '../../lib/range-search.ts'
import { chosen, countOf, joined, listOf, oneOf, textOf } from '../../lib/search.ts'
import type { TimeSearch } from '../../lib/time-range.ts'

export const listenerTabs = ['requests', 'structure', 'authentication', 'reply', 'limits', 'use'] as const
export const listenerViews = ['pretty', 'raw', 'hex'] as const
export const listenerParts = ['body', 'headers', 'query', 'files', 'answer'] as const

/** What stands in the address of Listeners. */
export interface ListenersSearch {
  readonly q?: string
  readonly system?: string
  readonly auth?: string
}

export function listenersSearch(raw: Readonly<Record<string, unknown>>): ListenersSearch {
  return chosen({
    q: textOf(raw['q']),
    system: joined(listOf(raw['system'])),
    auth: joined(listOf(raw['auth'])),
  })
}

/** What stands in the address of Add Listener. */
export interface NewListenerSearch {
  readonly system?: string
  /** The flow that the new listener is to start. */
  readonly flow?: string
}

export function newListenerSearch(raw: Readonly<Record<string, unknown>>): NewListenerSearch {
  return chosen({
    system: textOf(raw['system']),
    flow: textOf(raw['flow']),
  })
}

/** What stands in the address of one listener. */
export interface ListenerSearch extends TimeSearch {
  readonly tab?: (typeof listenerTabs)[number]
  readonly status?: string
  readonly type?: string
  readonly method?: string
  /** Milliseconds until it was answered, at least. */
  readonly took?: number
  readonly open?: string
  readonly view?: (typeof listenerViews)[number]
  readonly part?: (typeof listenerParts)[number]
  readonly diff?: string
}

export function listenerSearch(raw: Readonly<Record<string, unknown>>): ListenerSearch {
  return chosen({
    tab: oneOf(raw['tab'], listenerTabs),
    status: joined(listOf(raw['status'])),
    type: joined(listOf(raw['type'])),
    method: joined(listOf(raw['method'])),
    took: countOf(raw['took']),
    ...timeOf(raw),
    open: textOf(raw['open']),
    view: oneOf(raw['view'], listenerViews),
    part: oneOf(raw['part'], listenerParts),
    diff: textOf(raw['diff']),
  })
}
