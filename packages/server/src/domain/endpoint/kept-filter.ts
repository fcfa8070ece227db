import { parseExactJson } from '../exact-json.ts'
import { compileFilter, type Filter } from './filter.ts'

/** A filter as it is kept, compiled when it is first asked for: an application may have hundreds, and its configuration may change often. */
export interface KeptFilter {
  /** JSON. */
  readonly source: string
  readonly isCompiled: boolean
  readonly compiled: () => Filter
  /** Takes what another one was compiled to, if it is the same. */
  readonly takeFrom: (other: KeptFilter) => void
}

/** Each was found good when it was saved; one that a newer version understood and this one does not lets everything through rather than nothing. */
export function keptFilter(source: string): KeptFilter {
  let filter: Filter | undefined
  return {
    source,
    get isCompiled() {
      return filter !== undefined
    },
    compiled() {
      if (filter === undefined) {
        const compiled = compileFilter(parseExactJson(source))
        filter = compiled.ok ? compiled.filter : everything
      }
      return filter
    },
    takeFrom(other) {
      if (filter === undefined && other.isCompiled && other.source === source) filter = other.compiled()
    },
  }
}

const everything: Filter = { matches: () => true, explain: () => ({ matches: true, reason: null }) }
