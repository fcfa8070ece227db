import type { RunId, RunStatus, Reply } from '#domain'
import type { HeldRun, LoadedRun } from '#store'
import type { DeliveryWork } from './delivery-work.ts'

/**
 * What the wake-up between the rooms carries: work that was just committed, handed over in memory so that the next room need not
 * read it. A lost wake-up costs a poll interval, never an event: all of it can be found in the store.
 */
export interface Topics {
  /** Deliveries created in lanes of this session. `delivery` listens. */
  'delivery.work': DeliveryWork
  /** Runs just accepted by this process, with the request that started them. `flows` listens. */
  'run.accepted': readonly LoadedRun[]
  /** Runs whose delivery ended, held by this session again. `flows` listens. */
  'run.woken': readonly HeldRun[]
  /** A batch of the hot path is synced. `api` looks for what it may tell those who listen. */
  committed: null
  /** The commit that holds a run's reply is synced, or the run ended. `ingest` and `api` answer those who wait. */
  'run.replied': { readonly run: RunId; readonly status: RunStatus; readonly reply: Reply }
}
