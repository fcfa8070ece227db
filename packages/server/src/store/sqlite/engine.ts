import type { Database } from 'better-sqlite3'
import type { Clock } from '#platform'
import type { Configuration } from './configuration.ts'
import type { KnownLanes } from './lanes/known-lanes.ts'
import type { Sessions } from './lanes/sessions.ts'
import type { Transaction } from './writes/transaction.ts'

/** What each operation works with. An operation is a function that runs to its end within the transaction that the write queue holds. */
export interface Engine {
  readonly db: Database
  readonly clock: Clock
  readonly transaction: Transaction
  readonly lanes: KnownLanes
  readonly sessions: Sessions
  readonly configuration: Configuration
}
