import { hash } from 'node:crypto'
import type { Dedup } from '#store'
import { valueAt, type ValuePath, type ValueSource } from './value-path.ts'

/** How a listener recognizes copies of one event. */
export interface DedupRule {
  readonly paths: readonly ValuePath[]
  readonly keepMs: number
}

/** What a copy is known by, and the same as the sender wrote it: receivers downstream deduplicate by it (R18). */
export interface RequestKey {
  readonly dedup: Dedup
  readonly text: string
}

const KEY_TEXT = /^[\x21-\x7e]{1,256}$/

export interface KeyedBy {
  readonly source: ValueSource
  readonly signedId: string | null
  readonly listener: string
  readonly request: string
}

/**
 * What must be new for the request to be accepted; null where nothing shows copies. The scope is the listener's id and the
 * key a digest, because ids of senders may be long, and may be personal. `ref` is the request that came first.
 */
export function dedupOf(rule: DedupRule | null, from: KeyedBy): RequestKey | null {
  if (rule === null) return null
  const value = from.signedId ?? valueAt(rule.paths, from.source)
  return value === undefined ? null : keyOf(value, rule, from)
}

/** Of one of many events: its own key, or its place under what all their copies are known by. */
export function dedupOfItem(rule: DedupRule | null, from: KeyedBy & { readonly place: number }): RequestKey | null {
  if (rule === null) return null
  const isOwn = (path: ValuePath) => path.in === 'item'
  const own = valueAt(rule.paths.filter(isOwn), from.source)
  if (own !== undefined) return keyOf(own, rule, from)
  const all = from.signedId ?? valueAt(rule.paths, from.source)
  return all === undefined ? null : keyOf(`${all}#${from.place}`, rule, from)
}

function keyOf(value: string, rule: DedupRule, from: Pick<KeyedBy, 'listener' | 'request'>): RequestKey {
  const key = hash('sha256', value, 'hex')
  return { dedup: { scope: from.listener, key, ref: from.request, keepMs: rule.keepMs }, text: KEY_TEXT.test(value) ? value : key }
}
