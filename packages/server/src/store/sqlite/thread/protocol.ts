import type { ApplicationId, SessionId } from '#domain'
import type { StoreTrouble } from '../../store-health.ts'
import type { EngineCalls } from '../engine-calls.ts'
import type { CrossingError } from './crossing-error.ts'
import type { BatchName, Parcel } from './parcel.ts'

/** What the process asks of the store's thread. Each is answered once, by its number. */
export type StoreOrder =
  | { readonly kind: 'call'; readonly name: keyof EngineCalls; readonly given: readonly unknown[] }
  | ({ readonly kind: 'batch'; readonly name: BatchName; readonly session: SessionId } & Parcel)
  /**
   * When all that was asked before is committed: which of these versions still are their applications'. Nothing is committed from then on,
   * until `end_hold` comes with what is made of the answer.
   */
  | { readonly kind: 'hold'; readonly versions: readonly { readonly id: ApplicationId; readonly version: number }[] }
  | ({ readonly kind: 'end_hold'; readonly name: Exclude<BatchName, 'settle'>; readonly session: SessionId } & Parcel)
  | ReadOrder
  | { readonly kind: 'close' }

export interface ReadOrder {
  readonly kind: 'read'
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** An order with the number that its answer carries. */
export type Numbered<Order> = Order & { readonly id: number }

export type Answer =
  | { readonly id: number; readonly value: unknown }
  /** The value as JSON. */
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly error: CrossingError }

/** What a thread says: the answers of one turn together, and what nobody asked for in its place among them. */
export type ThreadWord =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  /** The thread can be asked. */
  | { readonly kind: 'ready' }
  /** It cannot, and ends. */
  | { readonly kind: 'failed'; readonly error: CrossingError }
  | { readonly kind: 'changed'; readonly application: ApplicationId | null }
  | { readonly kind: 'trouble'; readonly cause: string; readonly trouble: StoreTrouble; readonly error: CrossingError | undefined }
  | { readonly kind: 'trouble_ended'; readonly cause: string }
  | {
      readonly kind: 'log'
      readonly level: 'warn' | 'error'
      readonly event: string
      readonly fields: Readonly<Record<string, unknown>>
      readonly error: CrossingError | undefined
    }

/** What a thread is started with. */
export interface ThreadData {
  readonly folder: string
  /** As POSTHORN_FAILPOINT has it. */
  readonly failpoint: string | undefined
  /** Time as tests move it: wall and monotonic, as two doubles. Absent: the machine's. */
  readonly time: SharedArrayBuffer | undefined
}
