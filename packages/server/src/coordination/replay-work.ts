import assert from 'node:assert/strict'
import { isPassing, type ReplayId } from '#domain'
import { sleep, type Clock, type Failpoint, type Log } from '#platform'
import type { ReplayStep, StoredReplay, Store } from '#store'

export interface ReplayWorkOptions {
  readonly store: Pick<Store, 'queries' | 'advanceReplay'>
  readonly clock: Clock
  readonly log: Log
  readonly failpoint: Failpoint
  /** Those that this room carries out. */
  readonly kinds: readonly string[]
  /** Finds a second's worth of the set, or its end. Undefined: not at present, because what it began with has changed. */
  readonly nextStep: (replay: StoredReplay) => Promise<ReplayStep | undefined>
}

/** How often one looks for replays that somebody began or left. */
const LOOK_MS = 1000
/** Between rounds, so that looking through a long log never takes the store away from live work. */
const PAUSE_MS = 20
/** Those that are due first; the others have their turn in the next round, as each step, also one that failed, puts its replay behind them. */
const REPLAYS_MAX = 32
/** Somebody else took a step: as long as that process lives, it is quiet work of its own. */
const LEAVE_MS = 3000
/** A step that fails by no fault of the machine is tried so often, each time after twice the wait: two minutes in all. Then its replay has failed. */
const TRIES_MAX = 8
const AGAIN_MS = 1000
const AGAIN_MS_MAX = 60_000
/** How often one failed is forgotten if it does not come again: it ended, or others take its steps. */
const FORGET_MS = 600_000
/** The same where nothing can be done for any of them. */
const STORE_AGAIN_MS_MAX = 5000

/**
 * Carries out replays, a step at a time: finds a second's worth of the set, then has the store queue it and remember the place in one
 * commit. Nobody owns a replay. Whoever comes first takes a step, the others' revision is then old; so a process that dies is not
 * missed, and the rate, which stands in the row as the time of the next step, holds over all processes. One whose step fails holds up no other.
 *
 *   resting --start()--> working --stop()--> stopped, once the step under way is committed
 *
 *   A replay: running --its step was taken--> running, or its end --its step failed--> tried again, later each time --too often--> failed
 */
export class ReplayWork {
  readonly #options: ReplayWorkOptions
  readonly #stopping = new AbortController()
  /** When to look again at those of which somebody else took a step. */
  readonly #left = new Map<string, number>()
  /** Those whose step failed here, and when it is due again. */
  readonly #failing = new Map<string, { readonly tries: number; readonly at: number }>()
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
    let againMs = LOOK_MS
    while (!signal.aborted) {
      let nextMs: number
      try {
        nextMs = await this.#round()
        againMs = LOOK_MS
      } catch (error) {
        if (!signal.aborted) log.warn('replay.failed', { error })
        nextMs = againMs
        againMs = Math.min(againMs * 2, STORE_AGAIN_MS_MAX)
      }
      await sleep(clock, Math.max(PAUSE_MS, nextMs), signal).catch(() => undefined)
    }
  }

  /** Takes the step of each that is due. Milliseconds until there is more to do, as far as is known. */
  async #round(): Promise<number> {
    const { store, clock } = this.#options
    const running = await store.queries.replays.running(clock.now(), { most: REPLAYS_MAX, kinds: this.#options.kinds })
    for (const [id, at] of this.#left) if (at <= clock.monotonic()) this.#left.delete(id)
    for (const [id, { at }] of this.#failing) if (at + FORGET_MS <= clock.monotonic()) this.#failing.delete(id)
    let nextMs = LOOK_MS
    for (const replay of running) {
      if (this.#stopping.signal.aborted) break
      const waitMs = Math.max(replay.wait, (this.#left.get(replay.id) ?? 0) - clock.monotonic())
      nextMs = Math.min(nextMs, waitMs > 0 ? waitMs : await this.#tried(replay))
    }
    return nextMs
  }

  /** Its step, or what is to be done where that fails. Rejects for what no other step would get round either. */
  async #tried(replay: StoredReplay): Promise<number> {
    const { store, clock, log } = this.#options
    try {
      const nextMs = await this.#step(replay)
      this.#failing.delete(replay.id)
      return nextMs
    } catch (error) {
      if (isPassing(error) || this.#stopping.signal.aborted) throw error
      const tries = (this.#failing.get(replay.id)?.tries ?? 0) + 1
      const waitMs = Math.min(AGAIN_MS * 2 ** (tries - 1), AGAIN_MS_MAX)
      log.error('replay.step.failed', { replay: replay.id, tries, error })
      this.#failing.set(replay.id, { tries, at: clock.monotonic() + waitMs })
      if (tries < TRIES_MAX) return this.#putBack(replay, waitMs)
      const { kind } = await store.advanceReplay({ ...emptyStep(replay), end: { status: 'failed', failure: 'internal' } })
      this.#failing.delete(replay.id)
      if (kind === 'advanced') log.warn('replay.ended', { replay: replay.id, status: 'failed', failure: 'internal' })
      return LOOK_MS
    }
  }

  /** In the store, so that as many as a round reads do not stand before all others for as long as none of their steps succeeds. */
  async #putBack(replay: StoredReplay, waitMs: number): Promise<number> {
    await this.#options.store.advanceReplay({ ...emptyStep(replay), waitMs, end: null })
    return waitMs
  }

  async #step(replay: StoredReplay): Promise<number> {
    const { store, clock, log, failpoint, nextStep } = this.#options
    const next = await nextStep(replay)
    if (next === undefined) return this.#putBack(replay, LOOK_MS)
    failpoint('replay.before_step')
    const { kind } = await store.advanceReplay(next)
    failpoint('replay.after_step')
    if (kind === 'lost') this.#left.set(replay.id, clock.monotonic() + LEAVE_MS)
    else if (next.end !== null) log.info('replay.ended', { replay: replay.id, ...next.end })
    return kind === 'lost' ? LEAVE_MS : next.waitMs
  }
}

/** One that does nothing. */
export function emptyStep({ id, rev, place }: Pick<StoredReplay, 'id' | 'rev' | 'place'>): Omit<ReplayStep, 'end'> {
  return { replay: id as ReplayId, rev, place, resend: [], create: [], started: 0, skipped: 0, waitMs: 0 }
}
