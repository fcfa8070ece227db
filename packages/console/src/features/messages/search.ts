import { timeOf } from '../../lib/range-search.ts'
import { chosen, joined, listOf, textOf } from '../../lib/search.ts'
import type { TimeSearch } from '../../lib/time-range.ts'

/** What stands in the address of Messages. */
export interface MessagesSearch extends TimeSearch {
  readonly type?: string
  readonly channel?: string
  readonly tag?: string
  readonly send?: string
}

export function messagesSearch(raw: Readonly<Record<string, unknown>>): MessagesSearch {
  return chosen({
    type: joined(listOf(raw['type'])),
    channel: textOf(raw['channel']),
    tag: textOf(raw['tag']),
    ...timeOf(raw),
    send: textOf(raw['send']),
  })
}
