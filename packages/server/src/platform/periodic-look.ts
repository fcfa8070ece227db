import type { Clock, Timer } from './clock.ts'
import type { Log } from './log.ts'

export interface PeriodicLookOptions {
  readonly clock: Clock
  readonly log: Log
  readonly everyMs: number
  /** Looks once; page by page, as long as `goesOn` says so. */
  readonly look: (goesOn: () => boolean) => Promise<void>
  /** Said to the log when a look fails, until one has not. */
  readonly failure: string
}

/**
 * Looks for what time brings, again and again. Nothing of it is in memory: the store is asked, which costs it a look at an index.
 *
 *   resting --start()--> looking --stop()--> stopped, when the look that is under way has ended; none follows it
 */
export class PeriodicLook {
  readonly #options: PeriodicLookOptions
  #mode: 'resting' | 'looking' | 'stopped' = 'resting'
  #timer: Timer | undefined
  #look: Promise<void> = Promise.resolve()
  #isFailing = false
  #isSoon = false

  constructor(options: PeriodicLookOptions) {
    this.#options = options
  }

  start(): void {
    this.#mode = 'looking'
    this.#again()
  }

  async stop(): Promise<void> {
    this.#mode = 'stopped'
    this.#timer?.cancel()
    await this.#look
  }

  /** Looks at the next turn of the event loop, and not once more for each who asks until then. */
  soon(): void {
    if (this.#mode !== 'looking' || this.#isSoon) return
    this.#isSoon = true
    setImmediate(() => {
      this.#isSoon = false
      // A look that is under way may have passed what is meant.
      this.#look = this.#look.then(() => this.#once())
    })
  }

  #again(): void {
    if (this.#mode !== 'looking') return
    this.#timer = this.#options.clock.after(this.#options.everyMs, () => {
      this.#look = this.#look.then(() => this.#once()).finally(() => this.#again())
    })
  }

  async #once(): Promise<void> {
    // It was asked for, or stood behind another, before the stop: what it would find, nobody is there for any more.
    if (this.#mode !== 'looking') return
    const { look, log, failure } = this.#options
    try {
      await look(() => this.#mode === 'looking')
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) log.warn(failure, { error })
      this.#isFailing = true
    }
  }
}
