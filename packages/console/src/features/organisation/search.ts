import { rangeOf } from '../../lib/range-search.ts'
import { chosen, textOf } from '../../lib/search.ts'
import type { TimeRange } from '../../lib/time-range.ts'

/** What stands in the address of the pages of the organisation. */
export interface OrganisationSearch {
  readonly q?: string
}

export function organisationSearch(raw: Readonly<Record<string, unknown>>): OrganisationSearch {
  return chosen({
    q: textOf(raw['q']),
  })
}

/** What stands in the address of the audit log. */
export interface AuditSearch {
  readonly actor?: string
  readonly action?: string
  readonly target?: string
  readonly range?: TimeRange
  readonly open?: string
}

export function auditSearch(raw: Readonly<Record<string, unknown>>): AuditSearch {
  return chosen({
    actor: textOf(raw['actor']),
    action: textOf(raw['action']),
    target: textOf(raw['target']),
    range: rangeOf(raw['range']),
    open: textOf(raw['open']),
  })
}
