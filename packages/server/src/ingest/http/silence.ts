import type { Socket } from 'node:net'
import type { Clock } from '#platform'

export interface SilenceOptions {
  readonly clock: Pick<Clock, 'after'>
  /** All that are open. */
  readonly connections: ReadonlySet<Socket>
  /** How long no byte may go either way while a request is under way. */
  readonly silenceMs: number
}

/** So often it is looked which connections need a timer. */
const LOOK_MS = 1000

/**
 * Ends connections whose callers do not read their answers, and would stay for ever: Node times heads, bodies, and what is idle between
 * two requests. Its `server.timeout` would time the rest, but sets a timer for each request, which took 2 µs of each, and hardly any
 * request lasts a second. So only those that are under way at one of the looks get it; with its answer each goes back to the timer for
 * idle ones. Node's own timer sees that a large answer is read slowly, which the bytes that are counted of a socket do not tell.
 */
export class Silence {
  readonly #options: SilenceOptions
  #isLooking = false

  constructor(options: SilenceOptions) {
    this.#options = options
  }

  /** With each connection. Looks go on for as long as there is one. */
  begin(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#options.clock.after(LOOK_MS, this.#look)
  }

  readonly #look = (): void => {
    const { connections, silenceMs } = this.#options
    this.#isLooking = false
    // 0 or undefined: Node times it by nothing now.
    for (const socket of connections) if (!socket.timeout) socket.setTimeout(silenceMs)
    if (connections.size > 0) this.begin()
  }
}
