import type { ApplicationId } from '#domain'
import type { Queries } from '../queries/create-queries.ts'
import type { Statements } from '../statements/create-statements.ts'
import type { Mutation, MutationResult } from './mutation.ts'

/** Reads and writes of configuration, and word of its changes. */
export interface ManagementStore {
  /** Reads of configuration and live work. */
  readonly queries: Queries
  /** Makes what `mutate` is given. */
  readonly statements: Statements
  /** Writes of management: every statement or none, with the audit rows, behind the application's version. */
  mutate(mutation: Mutation): Promise<MutationResult>
  /** Calls `listener` after each local change of an application's configuration (null: of the organisation's). */
  onChange(listener: (application: ApplicationId | null) => void): void
  /** The version of each application that changed since `since` (a value returned earlier; 0 at first), for caches of other processes. */
  changes(since: number): Promise<{ readonly until: number; readonly applications: readonly ApplicationId[] }>
}
