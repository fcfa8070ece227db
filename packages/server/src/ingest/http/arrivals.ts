import type { IncomingMessage } from 'node:http'
import type { Clock } from '#platform'

/** A body on its way to somebody who reads it. */
export interface Arrival {
  readonly request: Pick<IncomingMessage, 'socket'>
  /** False while whoever reads it has enough for now. */
  readonly isAwaited: () => boolean
  /** It is read no further, and its caller hears that the process stops. */
  readonly giveUp: () => void
}

/**
 * A body that has brought nothing at so many looks has stalled: in this time a sender who sends brings something over the longest way.
 * Looks are counted, not time, because what came while this process stood still is read only behind the first look after it.
 */
const STALLED_LOOKS = 4
const LOOK_MS = 250

interface Seen {
  readonly bytes: number
  readonly looks: number
}

/**
 * The bodies that are on their way. As long as the process runs they have deadlines of their own; once it stops, it waits for those that
 * go on coming, and not for those whose senders have fallen silent: nothing of them was acknowledged, and they are asked to send it again.
 */
export class Arrivals {
  readonly #clock: Pick<Clock, 'after'>
  readonly #open = new Map<Arrival, Seen | undefined>()
  #isDraining = false
  #isLooking = false

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  begin(arrival: Arrival): void {
    this.#open.set(arrival, undefined)
    if (this.#isDraining) this.#arm()
  }

  /** Whole, refused or gone. */
  end(arrival: Arrival): void {
    this.#open.delete(arrival)
  }

  /** The process stops. */
  drain(): void {
    this.#isDraining = true
    this.#arm()
  }

  #arm(): void {
    if (this.#isLooking || this.#open.size === 0) return
    this.#isLooking = true
    this.#clock.after(LOOK_MS, this.#look)
  }

  readonly #look = (): void => {
    this.#isLooking = false
    const stalled: Arrival[] = []
    for (const [arrival, seen] of this.#open) {
      const { bytesRead: bytes } = arrival.request.socket
      const looks = seen?.bytes === bytes && arrival.isAwaited() ? seen.looks + 1 : 0
      if (looks < STALLED_LOOKS) this.#open.set(arrival, { bytes, looks })
      else stalled.push(arrival)
    }
    for (const arrival of stalled) {
      this.#open.delete(arrival)
      arrival.giveUp()
    }
    this.#arm()
  }
}
