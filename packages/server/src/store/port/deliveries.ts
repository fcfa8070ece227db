import type { DeliveryId } from '#domain'
import type { StoredDelivery } from '../records/delivery.ts'
import type { Alongside } from './mutation.ts'
import type { ReplayStep, ReplayStepResult } from './replays.ts'

/** Deliveries as they are sent, sent again and ended. */
export interface DeliveryStore {
  /** What sending needs to know of each delivery. Unknown ones are left out. */
  loadDeliveries(ids: readonly DeliveryId[]): Promise<readonly LoadedDelivery[]>
  /**
   * Ends deliveries that are not terminal, removes their tasks. Returns those that it really ended. A run parked on one of them is queued
   * for whoever adopts it next (`holder` is `NOBODY`), and reads `wake`.
   */
  cancelDeliveries(ids: readonly DeliveryId[], wake?: string | null, alongside?: Alongside): Promise<readonly DeliveryId[]>
  /** Puts one manual attempt of each delivery at the tail of its lane; a terminal one is `waiting` again. Returns those it did; a disabled or removed lane refuses. */
  resend(ids: readonly DeliveryId[], alongside?: Alongside): Promise<readonly DeliveryId[]>
  /**
   * One step of a replay: queues what was found, and remembers how far it came, in one commit; so each is queued at most once, whichever
   * process takes the step and however often one dies. Lanes that are disabled or removed refuse.
   */
  advanceReplay(step: ReplayStep): Promise<ReplayStepResult>
}

/** The delivery's row with what is sent. `payload` is the message's, or the step's body; null if it was expunged. */
export interface LoadedDelivery {
  readonly delivery: Omit<StoredDelivery, 'body'>
  readonly eventId: string | null
  readonly payload: Uint8Array | null
}
