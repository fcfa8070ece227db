import type { DeliveryId } from '#domain'
import type { LoadedDelivery, Task } from '#store'

/** A task that memory knows: it waits to be sent, or is under way until its settlement is committed. */
export interface TaskInHand {
  readonly task: Task
  /** What is sent, if it was at hand when the task came. */
  readonly content: LoadedDelivery | undefined
  /** Since when, in monotonic time. */
  readonly since: number
}

/** The tasks of a lane that are in hand, by delivery. The `Map` holds numbers only, for the reason that `Crowd` is no `Set`. */
export class Hands {
  readonly #places = new Map<DeliveryId, number>()
  readonly #tasks: (TaskInHand | undefined)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#places.size
  }

  has(delivery: DeliveryId): boolean {
    return this.#places.has(delivery)
  }

  get(delivery: DeliveryId): TaskInHand | undefined {
    const place = this.#places.get(delivery)
    return place === undefined ? undefined : this.#tasks[place]
  }

  add(hand: TaskInHand): void {
    const place = this.#free.pop() ?? this.#tasks.length
    this.#tasks[place] = hand
    this.#places.set(hand.task.delivery, place)
  }

  delete(delivery: DeliveryId): boolean {
    const place = this.#places.get(delivery)
    if (place === undefined) return false
    this.#places.delete(delivery)
    this.#tasks[place] = undefined
    this.#free.push(place)
    return true
  }

  clear(): void {
    this.#places.clear()
    this.#tasks.length = this.#free.length = 0
  }
}
