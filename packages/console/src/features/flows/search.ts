import { chosen, oneOf, textOf } from '../../lib/search.ts'

export const flowViews = ['canvas', 'list', 'code'] as const
export const flowPanels = ['step', 'add', 'test', 'trigger'] as const

/** What stands in the address of Flows. */
export interface FlowsSearch {
  readonly q?: string
  /** The dialog is open: the listener that is to start the flow, or any other word. */
  readonly add?: string
}

export function flowsSearch(raw: Readonly<Record<string, unknown>>): FlowsSearch {
  return chosen({
    q: textOf(raw['q']),
    add: textOf(raw['add']),
  })
}

/** What stands in the address of the flow builder. */
export interface FlowSearch {
  readonly view?: (typeof flowViews)[number]
  readonly step?: string
  readonly panel?: (typeof flowPanels)[number]
}

export function flowSearch(raw: Readonly<Record<string, unknown>>): FlowSearch {
  return chosen({
    view: oneOf(raw['view'], flowViews),
    step: textOf(raw['step']),
    panel: oneOf(raw['panel'], flowPanels),
  })
}

/** What stands in the address of the versions of a flow. */
export interface FlowVersionsSearch {
  readonly from?: string
  readonly to?: string
}

export function flowVersionsSearch(raw: Readonly<Record<string, unknown>>): FlowVersionsSearch {
  return chosen({
    from: textOf(raw['from']),
    to: textOf(raw['to']),
  })
}

/** What stands in the address of the mapping of a step: the request that it is shown with. */
export function mappingSearch(raw: Readonly<Record<string, unknown>>): { readonly with?: string } {
  return chosen({ with: textOf(raw['with']) })
}
