import { timeOf } from '../../lib/range-search.ts'
import { chosen, countOf, joined, listOf, oneOf, textOf } from '../../lib/search.ts'
import type { TimeSearch } from '../../lib/time-range.ts'

export const runTabs = ['input', 'output', 'attempts', 'raw'] as const

/** What stands in the address of Runs. */
export interface RunsSearch extends TimeSearch {
  readonly flow?: string
  readonly status?: string
  readonly trigger?: string
  readonly key?: string
  /** Milliseconds that it took at least. */
  readonly took?: number
  readonly open?: string
}

export function runsSearch(raw: Readonly<Record<string, unknown>>): RunsSearch {
  return chosen({
    flow: textOf(raw['flow']),
    status: joined(listOf(raw['status'])),
    trigger: textOf(raw['trigger']),
    key: textOf(raw['key']),
    took: countOf(raw['took']),
    ...timeOf(raw),
    open: textOf(raw['open']),
  })
}

/** What stands in the address of one run. */
export interface RunSearch {
  readonly step?: string
  readonly tab?: (typeof runTabs)[number]
}

export function runSearch(raw: Readonly<Record<string, unknown>>): RunSearch {
  return chosen({
    step: textOf(raw['step']),
    tab: oneOf(raw['tab'], runTabs),
  })
}
