/**
 * Deliver. Takes lanes that are due (or were just given work on this process), sends their deliveries signed and within their
 * limits, and settles what came of each attempt: delivered, tried again later, or failed. Knows where a delivery goes and by
 * which rules; never why it exists. It writes through settlements only, and reads configuration from the cache.
 */
import type { DeliveryId, Ids } from '#domain'
import { createBatcher, type Bell, type Clock, type Egress, type Log, type Random, type Vault } from '#platform'
import type { Committer, ConfigCache, LoadedDelivery, Session, Store, Topics } from '#store'
import { createDeliver } from './deliver.ts'
import { createScheduler } from './scheduler.ts'

export interface Delivery {
  start(): void
  /** The session's life is lost: forget all that was held. */
  forget(): void
  /** Waits for attempts under way, then gives all lanes back. */
  stop(signal: AbortSignal): Promise<void>
}

export interface DeliveryOptions {
  readonly store: Store
  readonly session: Session
  readonly committer: Committer
  readonly config: ConfigCache
  readonly bell: Bell<Topics>
  readonly egress: Egress
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly limits: {
    /** Attempts under way at the same time in this process. */
    readonly inFlightMax: number
    readonly disableAfter: number
  }
  readonly failpoint: (name: string) => void
}

const CIRCUIT_AFTER = 5

export function createDelivery(options: DeliveryOptions): Delivery {
  const { store, clock, session, log, limits } = options
  const loads = createBatcher<DeliveryId, LoadedDelivery | undefined>({
    clock,
    itemsMax: 64,
    concurrency: 2,
    capacity: Infinity,
    async run(ids) {
      const loaded = new Map((await store.loadDeliveries(ids)).map((one) => [one.delivery.id, one]))
      return ids.map((id) => loaded.get(id))
    },
  })
  const deliver = createDeliver({ ...options, load: (id) => loads.add(id), disableAfter: limits.disableAfter })
  const scheduler = createScheduler({ store, session, clock, log, inFlightMax: limits.inFlightMax, circuitAfter: CIRCUIT_AFTER, deliver })
  let unlisten: (() => void) | undefined
  return {
    start() {
      unlisten = options.bell.listen('delivery.work', (work) => scheduler.take(work))
      scheduler.start()
    },
    forget: scheduler.forget,
    async stop(signal) {
      unlisten?.()
      await scheduler.stop(signal)
      await loads.close()
    },
  }
}
