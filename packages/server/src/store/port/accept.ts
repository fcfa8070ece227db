import type { MadeFrom } from './made-from.ts'
import type { NewEntry, NewMessage, NewRequest, NewRun } from './new-work.ts'

export interface AcceptOperation {
  /** Null only for a rejected request. A version that is not the application's any more makes the operation `stale`. */
  readonly application: MadeFrom | null
  /** Keys that must be new, or have expired. The first that is taken makes the operation a `duplicate`. */
  readonly dedups: readonly Dedup[]
  readonly request: NewRequest | null
  /** Held by the accepting session from the beginning: it runs them at once. */
  readonly runs: readonly NewRun[]
  readonly messages: readonly NewMessage[]
  /** Files of the request; of a copy they are not kept. Absent: none, as of nearly all. */
  readonly entries?: readonly NewEntry[]
}

export interface Dedup {
  readonly scope: string
  readonly key: string
  readonly ref: string
  readonly keepMs: number
}

export type AcceptResult =
  | { readonly kind: 'accepted' }
  /** `scope` and `ref` of the key that was taken. */
  | { readonly kind: 'duplicate'; readonly scope: string; readonly ref: string }
  | { readonly kind: 'stale' }
  /** The engine cannot keep this operation's data; the others of the batch were kept. */
  | { readonly kind: 'refused'; readonly detail: string }
