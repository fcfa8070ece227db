import type { Configuration } from '../configuration.ts'
import type { Inserts } from './inserts.ts'

/** What the operations of one batch share. */
export interface Batch {
  readonly inserts: Inserts
  readonly isCurrent: ReturnType<Configuration['beginComparing']>
}
