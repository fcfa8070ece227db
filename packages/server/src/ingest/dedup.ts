import { hash } from 'node:crypto'
import type { Dedup } from '#store'
import { valueAt, type ValuePath, type ValueSource } from './value-path.ts'

/** How a listener tells copies of one event. */
export interface DedupRule {
  readonly paths: readonly ValuePath[]
  readonly keepMs: number
}

/**
 * What must be new for the request to be accepted; null where nothing tells copies. The scope is the listener's id and the
 * key a digest, because ids of senders may be long, and may be personal. `ref` is the request that came first.
 */
export function dedupOf(
  rule: DedupRule | null,
  from: { source: ValueSource; signedId: string | null; listener: string; request: string },
): Dedup | null {
  if (rule === null) return null
  const value = from.signedId ?? valueAt(rule.paths, from.source)
  if (value === undefined) return null
  return { scope: from.listener, key: hash('sha256', value, 'hex'), ref: from.request, keepMs: rule.keepMs }
}
