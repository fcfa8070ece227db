import { deliveryStatuses, type DeliveryStatus } from '../status.ts'

/**
 * The life of a delivery.
 *
 *   (new) ----> waiting ---------> sending ---------> delivered
 *     |          ^ ^ ^  retry, put back |  |
 *     |          | | +------------------+  +--------> failed      (hopeless, 410, no retry left, a manual attempt that failed)
 *     |          | |
 *     +--------> held                    any but a terminal one ----> cancelled
 *                | |
 *                throttled
 *
 * - `waiting`: it has a task that is due now or later: a first attempt, a retry, or one manual attempt. It begins here, unless its
 *   endpoint is paused: then in `held`. A new delivery in a lane of this very process is `waiting` until its attempt starts.
 * - `sending`: its lane's owner has an attempt under way. Only the owner makes it `sending`, and leaves it by one settlement. A process
 *   that dies leaves it `sending`; the lane's next owner tries again, or puts it back to `waiting`. Stores need not write `sending`
 *   for each attempt, since a settlement says what it was.
 * - `throttled`: its lane waits until the hour of the plan has room for a first attempt. Nothing was tried, nothing counted. Stores need not
 *   write it, nor `held`: the lane tells, once for all that wait in it.
 * - `held`: its endpoint is paused or disabled. Its task stays, its lane is not claimed. An attempt that is under way at that moment
 *   ends, and decides: `delivered`, `failed`, or a retry that is held. Enabling makes all of them `waiting`.
 * - `delivered`, `failed`: the rule for success was met, or no attempt will follow by itself. The task is gone, a run that was parked on
 *   it is awake.
 * - `cancelled`: its endpoint or lane was removed, its run was cancelled, or a person did it. An attempt that was under way ends, is
 *   logged, and changes nothing more.
 *
 * A resend takes a terminal delivery back to `waiting` (or `held`, while paused) for one manual attempt, under the same webhook id; its
 * outcome is then the delivery's. Nothing else leaves a terminal status.
 */
const next: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  waiting: ['sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled'],
  sending: ['waiting', 'held', 'delivered', 'failed', 'cancelled'],
  throttled: ['waiting', 'sending', 'held', 'delivered', 'failed', 'cancelled'],
  held: ['waiting', 'throttled', 'delivered', 'failed', 'cancelled'],
  delivered: ['waiting', 'held'],
  failed: ['waiting', 'held'],
  cancelled: ['waiting', 'held'],
}

/** In what a delivery may be created. */
export const newDeliveryStatuses: readonly DeliveryStatus[] = ['waiting', 'held']

/** No attempt follows unless somebody asks for it. */
export const terminalDeliveryStatuses: readonly DeliveryStatus[] = ['delivered', 'failed', 'cancelled']

/** Whether a store may write `to` over `from`. The same status again is no move, and always allowed. */
export function mayDeliveryGo(from: DeliveryStatus, to: DeliveryStatus): boolean {
  return from === to || next[from].includes(to)
}

/** Every move there is, for tests that walk them. */
export const deliveryMoves: readonly (readonly [DeliveryStatus, DeliveryStatus])[] = deliveryStatuses.flatMap((from) =>
  next[from].map((to) => [from, to] as const),
)
