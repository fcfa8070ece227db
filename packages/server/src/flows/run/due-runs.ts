import type { Session } from '#coordination'
import type { Clock, Failpoint, Log, Timer } from '#platform'
import type { HeldRun, Store } from '#store'

export interface DueRunsOptions {
  readonly store: Pick<Store, 'wakeDueRuns'>
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly clock: Clock
  readonly log: Log
  readonly failpoint: Failpoint
  readonly take: (runs: readonly HeldRun[]) => void
}

/** A run goes on at most so long after its moment, on a machine that has time. */
const LOOK_MS = 500
const PAGE = 256

/**
 * Wakes runs that wait for a moment. Nothing of them is in memory: the store is asked twice a second, which costs it a look at an index.
 * What is woken is this session's, so whatever happens to it then is told by the store's own lists.
 *
 *   resting --start()--> looking --stop()--> stopped
 */
export class DueRuns {
  readonly #options: DueRunsOptions
  #mode: 'resting' | 'looking' | 'stopped' = 'resting'
  #timer: Timer | undefined
  #look: Promise<void> = Promise.resolve()
  #isFailing = false

  constructor(options: DueRunsOptions) {
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

  #again(): void {
    if (this.#mode !== 'looking') return
    this.#timer = this.#options.clock.after(LOOK_MS, () => {
      this.#look = this.#wake().finally(() => this.#again())
    })
  }

  /** Page by page, each a commit of its own, so that others write in between. */
  async #wake(): Promise<void> {
    const { store, session, log, failpoint, take } = this.#options
    try {
      while (this.#mode === 'looking' && session.mayAct()) {
        const runs = await store.wakeDueRuns(session.id, PAGE)
        if (runs.length > 0) failpoint('flows.after_wake')
        take(runs)
        if (runs.length < PAGE) break
      }
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) log.warn('flows.due_runs.unread', { error })
      this.#isFailing = true
    }
  }
}
