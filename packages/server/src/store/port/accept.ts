import type { MadeFrom } from './made-from.ts'
import type { Alongside } from './mutation.ts'
import type { NewEntry, NewMessage, NewRequest, NewRun } from './new-work.ts'

export interface AcceptOperation {
  /** Null only for a rejected request. A version that is not the application's any more makes the operation `stale`. */
  readonly application: MadeFrom | null
  /** Keys that must be new, or have expired. The first that is taken makes the operation a `duplicate`. */
  readonly dedups: readonly Dedup[]
  readonly request: NewRequest | null
  /** Held by the accepting session from the beginning: it runs them at once. */
  readonly runs: readonly NewRun[]
  /**
   * What it is of, where one request brings many events: each may be a copy by itself, and its runs are not made then. If all are, the
   * whole is a `duplicate` of the first one's. `run_ids` of the request are filled in with what is made. Absent: it is one event.
   */
  readonly parts?: readonly AcceptPart[]
  readonly messages: readonly NewMessage[]
  /** Files of the request; of a copy they are not kept. Absent: none, as of nearly all. */
  readonly entries?: readonly NewEntry[]
  /** Of what somebody does by hand. */
  readonly alongside?: Alongside
}

export interface AcceptPart {
  /** Null: nothing shows copies. */
  readonly dedup: Dedup | null
  readonly runs: readonly NewRun[]
}

export interface Dedup {
  readonly scope: string
  readonly key: string
  readonly ref: string
  readonly keepMs: number
}

export type AcceptResult =
  /** `copies`: the places of parts that are copies; absent: none. */
  | { readonly kind: 'accepted'; readonly copies?: readonly number[] }
  /** `scope` and `ref` of the key that was taken. */
  | { readonly kind: 'duplicate'; readonly scope: string; readonly ref: string }
  | { readonly kind: 'stale' }
  /** The engine cannot keep this operation's data; the others of the batch were kept. */
  | { readonly kind: 'refused'; readonly detail: string }

/** Whether something of it is kept, and with that what is written alongside: of a copy it is the request. */
export function isKept({ request }: Pick<AcceptOperation, 'request'>, { kind }: AcceptResult): boolean {
  return kind === 'accepted' || (kind === 'duplicate' && request !== null)
}
