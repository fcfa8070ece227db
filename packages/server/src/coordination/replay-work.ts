import assert from 'node:assert/strict'
import { sleep, type Clock, type Failpoint, type Log } from '#platform'
import type { ReplayStep, StoredReplay, Store } from '#store'

export interface ReplayWorkOptions {
  readonly store: Pick<Store, 'queries' | 'advanceReplay'>
  readonly clock: Clock
  readonly log: Log
  readonly failpoint: Failpoint
  /** Those that this room carries out. */
  readonly kinds: readonly string[]
  /** Finds a second's worth of the set, or its end. */
  readonly nextStep: (replay: StoredReplay) => Promise<ReplayStep>
}

/** How often one looks for replays that somebody began or left. */
const LOOK_MS = 1000
/** Between rounds, so that looking through a long log never takes the store away from live work. */
const PAUSE_MS = 20
/** Those that are due first; the others have their turn in the next round. */
const REPLAYS_MAX = 32
/** Somebody else took a step: as long as that process lives, it is quiet work of its own. */
const LEAVE_MS = 3000

/**
 * Carries out replays, a step at a time: finds a second's worth of the set, then has the store queue it and remember the place in one
 * commit. Nobody owns a replay. Whoever comes first takes a step, the others' revision is then old; so a process that dies is not
 * missed, and the rate, which stands in the row as the time of the next step, holds over all processes.
 *
 *   resting --start()--> working --stop()--> stopped, once the step under way is committed
 */
export class ReplayWork {
  readonly #options: ReplayWorkOptions
  readonly #stopping = new AbortController()
  /** When to look again at those of which somebody else took a step. */
  readonly #left = new Map<string, number>()
  #working: Promise<void> | undefined

  constructor(options: ReplayWorkOptions) {
    this.#options = options
  }

  start(): void {
    assert(this.#working === undefined, 'replays are started once')
    this.#working = this.#work()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the process stops'))
    await this.#working
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const nextMs = await this.#round().catch((error: unknown) => {
        if (!signal.aborted) log.warn('replay.failed', { error })
        return LOOK_MS
      })
      await sleep(clock, Math.max(PAUSE_MS, nextMs), signal).catch(() => undefined)
    }
  }

  /** Takes the step of each that is due. Milliseconds until there is more to do, as far as is known. */
  async #round(): Promise<number> {
    const { store, clock } = this.#options
    const running = await store.queries.replays.running(clock.now(), { most: REPLAYS_MAX, kinds: this.#options.kinds })
    for (const id of this.#left.keys()) if (!running.some((one) => one.id === id)) this.#left.delete(id)
    let nextMs = LOOK_MS
    for (const replay of running) {
      if (this.#stopping.signal.aborted) break
      const waitMs = Math.max(replay.wait, (this.#left.get(replay.id) ?? 0) - clock.monotonic())
      nextMs = Math.min(nextMs, waitMs > 0 ? waitMs : await this.#step(replay))
    }
    return nextMs
  }

  async #step(replay: StoredReplay): Promise<number> {
    const { store, clock, log, failpoint, nextStep } = this.#options
    const next = await nextStep(replay)
    failpoint('replay.before_step')
    const { kind } = await store.advanceReplay(next)
    failpoint('replay.after_step')
    if (kind === 'lost') this.#left.set(replay.id, clock.monotonic() + LEAVE_MS)
    else if (next.end !== null) log.info('replay.ended', { replay: replay.id, ...next.end })
    return kind === 'lost' ? LEAVE_MS : next.waitMs
  }
}
