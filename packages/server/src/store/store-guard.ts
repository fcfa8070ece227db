import type { Clock } from '#platform'
import type { StoreFault, StoreHealth } from './store-health.ts'

/** What stands between a store and who calls it: it says what an engine's errors mean, and keeps what is known of its health. */
export interface StoreGuard {
  readonly health: StoreHealth
  /** What an engine's error means; undefined: a defect, which stays what it is. */
  readonly faultOf: (error: unknown) => StoreFault | undefined
  /** What an operator has to know of a fault. */
  readonly advice: Partial<Record<StoreFault, string>>
  readonly clock: Clock
}
