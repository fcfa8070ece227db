import { SECRET_LOOK_MS } from '#coordination'
import type { RunId } from '#domain'
import type { Clock } from '#platform'
import type { LoadedRun } from '#store'

interface Hold {
  until: number
  over: boolean
}

/** A run that a defect of ours keeps from its end is tried again after twice the wait each time, for nine minutes in all. */
const FAILED_MS = 1000
const FAILED_TRIES_MAX = 8
/** Of those that are tried again. One more is not: thousands that fail at each look would leave no time for others. */
const FAILED_MAX = 10_000

/**
 * Runs that cannot be run at present: they take no place in memory, where others can be run. What holds one holds all runs of its version of
 * the flow, so when it is time to look again only one of them is tried, not twenty thousand. A run that failed is held alone.
 */
export class HeldRuns {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #holds = new Map<string, Hold>()
  readonly #runs = new Map<RunId, { readonly hold: Hold; pass: number }>()
  readonly #failed = new Map<RunId, { readonly tries: number; readonly until: number; pass: number }>()
  #pass = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** What became of a try. */
  tried({ run }: LoadedRun, isHeld: boolean): void {
    this.#failed.delete(run.id as RunId)
    if (!isHeld && this.#holds.size === 0) return
    const key = `${run.flow_id}/${run.version}`
    const hold = this.#holds.get(key)
    if (isHeld) this.#keep(run.id as RunId, hold ?? this.#newHold(key))
    else if (hold !== undefined) {
      hold.over = true
      this.#holds.delete(key)
    }
  }

  /** It could neither go on nor be ended. False: it was tried often enough, or there is no place to remember one more. */
  failed({ run }: LoadedRun): boolean {
    const id = run.id as RunId
    const tries = (this.#failed.get(id)?.tries ?? 0) + 1
    const isLast = tries > FAILED_TRIES_MAX || (tries === 1 && this.#failed.size >= FAILED_MAX)
    this.#failed.set(id, { tries, until: isLast ? Infinity : this.#clock.monotonic() + FAILED_MS * 2 ** tries, pass: this.#pass })
    return !isLast
  }

  /** Whether a run that the store lists is to be left alone. */
  has(run: RunId): boolean {
    const failed = this.#failed.get(run)
    if (failed !== undefined) failed.pass = this.#pass
    if (this.#clock.monotonic() < (failed?.until ?? 0)) return true
    const known = this.#runs.get(run)
    if (known === undefined) return false
    const { hold } = known
    known.pass = this.#pass
    if (!hold.over && this.#clock.monotonic() < hold.until) return true
    // This one is tried, and the others wait for what becomes of it.
    hold.until = this.#clock.monotonic() + SECRET_LOOK_MS
    this.#runs.delete(run)
    return false
  }

  /** The store's list was read to its end: what it did not show for a whole reading is not this session's any more. */
  listed(): void {
    for (const known of [this.#runs, this.#failed]) for (const [run, { pass }] of known) if (pass < this.#pass) known.delete(run)
    // What held none but those holds nothing more.
    const holding = new Set([...this.#runs.values()].map(({ hold }) => hold))
    for (const [key, hold] of this.#holds) if (!holding.has(hold)) this.#holds.delete(key)
    this.#pass++
  }

  /** What it remembers. */
  get size(): number {
    return this.#holds.size + this.#runs.size + this.#failed.size
  }

  clear(): void {
    this.#holds.clear()
    this.#runs.clear()
    this.#failed.clear()
  }

  #newHold(key: string): Hold {
    const hold = { until: 0, over: false }
    this.#holds.set(key, hold)
    return hold
  }

  #keep(run: RunId, hold: Hold): void {
    hold.until = this.#clock.monotonic() + SECRET_LOOK_MS
    this.#runs.set(run, { hold, pass: this.#pass })
  }
}
