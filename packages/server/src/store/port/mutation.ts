import type { ApplicationId, AuditId } from '#domain'
import type { LaneState } from '../records/lane.ts'
import type { LaneId } from './lanes.ts'
import type { ConfigurationPart } from './made-from.ts'
import type { NewMessage } from './new-work.ts'

/** A write, in the SQL of its engine. */
export interface Statement {
  readonly query: { readonly sql: string; readonly parameters: readonly unknown[] }
  /** How many rows it must touch, else all of its mutation is undone and the answer is `changed`. */
  readonly rows?: number
}

export interface Mutation {
  /** Made by `statements`. */
  readonly statements: readonly Statement[]
  /** Whose configuration changes: the version the caller read is compared and raised. Null: the organisation's (event types, keys, applications). */
  readonly application: { readonly id: ApplicationId; readonly version: number } | null
  /** Parts of the configuration that it changes, whose versions rise too; absent: all. */
  readonly touches?: readonly ConfigurationPart[]
  /** Lanes that begin or change with it; the engine keeps them, so no statement may write the table `lane`. */
  readonly lanes?: readonly LaneChange[]
  /**
   * Whose limits change with it: the application, which gets another plan; or all of this plan, and their versions rise. Lanes that wait
   * for their plan's hour ask again at once.
   */
  readonly limits?: { readonly application: ApplicationId } | { readonly plan: string }
  readonly audit: readonly AuditEntry[]
  /** Kept if the mutation is; see `Settlement.operational`. */
  readonly operational?: readonly NewMessage[]
}

/** What management writes with work that the engine does by itself: in the same commit, and only if some of it is done. */
export type Alongside = Pick<Mutation, 'statements' | 'audit'>

export type LaneChange =
  | {
      readonly kind: 'create'
      readonly lane: LaneId
      readonly application: ApplicationId
      readonly state: LaneState
      readonly ordered?: boolean
    }
  | { readonly kind: 'state'; readonly lane: LaneId; readonly state: LaneState; readonly resetFailures: boolean } // also closes the circuit
  /**
   * Whether its tasks keep their order. Turned on, what waits for another try goes back to its place among the others; turned off, what the
   * lane waited for waits alone.
   */
  | { readonly kind: 'order'; readonly lane: LaneId; readonly ordered: boolean }

export type MutationResult =
  | { readonly kind: 'done' }
  /** A unique index refused it. */
  | { readonly kind: 'conflict' }
  /** The version, or the rows of a statement, were not as expected: read again and retry. */
  | { readonly kind: 'changed' }

export interface AuditEntry {
  readonly id: AuditId
  readonly at: number
  readonly application: ApplicationId | null
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly before: string | null
  readonly after: string | null
  readonly ip: string | null
}
