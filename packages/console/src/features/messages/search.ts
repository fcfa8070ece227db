import { rangeOf } from '../../lib/range-search.ts'
import { chosen, joined, listOf, textOf } from '../../lib/search.ts'
import type { TimeRange } from '../../lib/time-range.ts'

/** What stands in the address of Messages. */
export interface MessagesSearch {
  readonly type?: string
  readonly channel?: string
  readonly tag?: string
  readonly range?: TimeRange
  readonly send?: string
}

export function messagesSearch(raw: Readonly<Record<string, unknown>>): MessagesSearch {
  return chosen({
    type: joined(listOf(raw['type'])),
    channel: textOf(raw['channel']),
    tag: textOf(raw['tag']),
    range: rangeOf(raw['range']),
    send: textOf(raw['send']),
  })
}
