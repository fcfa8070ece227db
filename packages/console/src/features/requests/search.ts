import { timeOf } from '../../lib/range-search.ts'
import { chosen, countOf, joined, listOf, oneOf, textOf } from '../../lib/search.ts'
import type { TimeSearch } from '../../lib/time-range.ts'

export const requestsViews = ['pretty', 'raw', 'hex'] as const
export const requestsParts = ['body', 'headers', 'query', 'files', 'answer'] as const
export const requestViews = ['pretty', 'raw', 'hex'] as const
export const requestParts = ['body', 'headers', 'query', 'files', 'answer'] as const

/** Classes of answers; 0 is none yet. */
export const answerClasses = ['0', '200', '300', '400', '500'] as const

/** What stands in the address of Requests. */
export interface RequestsSearch extends TimeSearch {
  readonly listener?: string
  readonly status?: string
  readonly type?: string
  readonly reason?: string
  readonly method?: string
  readonly class?: (typeof answerClasses)[number]
  /** Milliseconds until it was answered, at least. */
  readonly took?: number
  readonly q?: string
  readonly open?: string
  readonly view?: (typeof requestsViews)[number]
  readonly part?: (typeof requestsParts)[number]
}

export function requestsSearch(raw: Readonly<Record<string, unknown>>): RequestsSearch {
  return chosen({
    listener: textOf(raw['listener']),
    status: joined(listOf(raw['status'])),
    type: joined(listOf(raw['type'])),
    reason: textOf(raw['reason']),
    method: joined(listOf(raw['method'])),
    class: oneOf(textOf(raw['class']), answerClasses),
    took: countOf(raw['took']),
    q: textOf(raw['q']),
    ...timeOf(raw),
    open: textOf(raw['open']),
    view: oneOf(raw['view'], requestsViews),
    part: oneOf(raw['part'], requestsParts),
  })
}

/** What stands in the address of one request. */
export interface RequestSearch {
  readonly view?: (typeof requestViews)[number]
  readonly part?: (typeof requestParts)[number]
}

export function requestSearch(raw: Readonly<Record<string, unknown>>): RequestSearch {
  return chosen({
    view: oneOf(raw['view'], requestViews),
    part: oneOf(raw['part'], requestParts),
  })
}
