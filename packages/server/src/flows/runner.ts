import assert from 'node:assert/strict'
import type { Session } from '#coordination'
import type { RunId } from '#domain'
import { Batcher, type Clock, type Log, type Timer } from '#platform'
import type { HeldRun, LoadedRun, Store } from '#store'
import type { RunOne } from './run-one.ts'
import { WaitingRuns } from './waiting-runs.ts'

export interface RunnerOptions {
  readonly store: Pick<Store, 'heldRuns' | 'loadRuns'>
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly clock: Clock
  readonly log: Log
  /** Runs one run until it is parked, ended or lost; or says that it cannot be run at present. */
  readonly runOne: RunOne
  /** Runs under way at the same time: most of them wait for the commit that they share. */
  readonly underWayMax: number
  /** Runs that wait in memory, with their requests. Beyond it they wait in the store, so accepting never waits for run capacity. */
  readonly waitingMax: number
}

/** Requests of runs that wait may take so much memory. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024
/** Steps are synchronous: after so many runs the loop belongs to others for a moment. */
const RUNS_PER_TURN = 32
const PAGE = 256
/** The bell may be lost; then a run waits this long. */
const POLL_MS = 1000
/** A run that waits for a secret that cannot be opened is looked at again after this long. */
const HELD_LOOK_MS = 30_000

/**
 * Keeps runs going: those that were just accepted, those that were woken or adopted, and those that memory had no room for.
 *
 *   resting  --start()--> running
 *   running  --stop()--> draining    runs start in `running` only; what waits is dropped, because it is in the store under this session's name
 *   draining --nothing is under way, or the signal--> stopped
 *
 * A run's way through it:
 *
 *   unknown --take()--> waiting
 *   unknown --takeHeld(), or found in the store--> being read --it is there, and ours--> waiting; else unknown
 *   waiting --a slot is free--> under way --ended, parked or lost--> unknown
 *                                         --it cannot be run at present--> put off: unknown, and not taken before its time
 *
 * What must hold: `#known` has each run that is being read, waits or is under way, so that neither the bell nor a poll starts one twice. What
 * does not fit is left where it is: `#more` says that there may be some, and the store is read again, oldest first, when memory is half empty,
 * and once in a while in case a ring was lost. A lost life (`forget`) raises the generation; what comes back from an older one changes nothing
 * that the present one knows.
 */
export class Runner {
  readonly #options: RunnerOptions
  readonly #reads: Batcher<HeldRun, LoadedRun | undefined>
  readonly #known = new Set<RunId>()
  /** Those that cannot be run at present, and until when: they take no place in memory, where others can be run. */
  readonly #putOff = new Map<RunId, number>()
  readonly #waiting = new WaitingRuns()
  #mode: 'resting' | 'running' | 'draining' | 'stopped' = 'resting'
  #generation = 0
  #underWay = 0
  /** The store may have runs of this session that are not known here. */
  #more = false
  /** The store's list is being read. */
  #isReading = false
  /** Runs are started at the end of this turn of the event loop. */
  #startIsDue = false
  #timer: Timer | undefined
  /** Resolves what `stop` waits for. */
  #idle: (() => void) | undefined

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#reads = new Batcher({
      clock: options.clock,
      itemsMax: 64,
      concurrency: 2,
      capacity: Infinity,
      run: (held) => readRuns(options.store, held),
    })
  }

  start(): void {
    assert(this.#mode === 'resting', 'a runner starts once')
    this.#mode = 'running'
    this.#poll()
    this.#startSoon()
  }

  /** Runs at hand, with the request that started them. */
  take(runs: readonly LoadedRun[]): void {
    for (const loaded of runs) {
      const id = loaded.run.id as RunId
      if (this.#known.has(id)) continue
      if (this.#mode !== 'running' || this.#room <= 0) this.#more = true
      else {
        this.#known.add(id)
        this.#enqueue(loaded)
      }
    }
  }

  /** Runs that are this session's and must be read first. */
  takeHeld(runs: readonly HeldRun[]): void {
    const { waitingMax, underWayMax } = this.#options
    for (const one of runs) {
      if (this.#known.has(one.run) || this.#isPutOff(one.run)) continue
      if (this.#mode !== 'running' || this.#known.size >= waitingMax + underWayMax) this.#more = true
      else {
        this.#known.add(one.run)
        void this.#read(one)
      }
    }
  }

  /** The session's life is lost: forget all; what is under way stops at its next commit. */
  forget(): void {
    this.#generation++
    this.#known.clear()
    this.#putOff.clear()
    this.#waiting.clear()
    this.#more = false
  }

  /** Starts nothing new, and waits for what is under way. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#mode = 'draining'
    this.#timer?.cancel()
    this.#waiting.clear()
    if (this.#underWay > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    await this.#reads.close()
    this.#mode = 'stopped'
  }

  get counts(): { readonly waiting: number; readonly underWay: number } {
    return { waiting: this.#waiting.size, underWay: this.#underWay }
  }

  get #room(): number {
    return this.#waiting.bytes >= WAITING_BYTES_MAX ? 0 : this.#options.waitingMax - this.#waiting.size
  }

  #enqueue(loaded: LoadedRun): void {
    this.#waiting.add(loaded)
    this.#startSoon()
  }

  get #canStart(): boolean {
    return this.#mode === 'running' && this.#waiting.size > 0 && this.#underWay < this.#options.underWayMax
  }

  #startSoon(): void {
    if (this.#startIsDue || !this.#canStart) return
    this.#startIsDue = true
    setImmediate(this.#startSome)
  }

  readonly #startSome = (): void => {
    this.#startIsDue = false
    for (let started = 0; started < RUNS_PER_TURN && this.#canStart; started++) void this.#run(this.#waiting.next())
    this.#startSoon()
  }

  async #run(loaded: LoadedRun): Promise<void> {
    const { runOne, clock, log } = this.#options
    const id = loaded.run.id as RunId
    const generation = this.#generation
    this.#underWay++
    try {
      const became = await runOne(loaded)
      if (became === 'held' && generation === this.#generation) this.#putOff.set(id, clock.monotonic() + HELD_LOOK_MS)
    } catch (error) {
      log.error('flows.run.failed', { run: id, error })
    } finally {
      this.#ended(id, generation)
    }
  }

  #ended(id: RunId, generation: number): void {
    assert(this.#underWay > 0, 'what ends was started')
    this.#underWay--
    if (generation === this.#generation) this.#known.delete(id)
    if (this.#underWay === 0) this.#idle?.()
    this.#startSoon()
    this.#refillIfLow()
  }

  async #read(held: HeldRun): Promise<void> {
    const { session, log } = this.#options
    const generation = this.#generation
    const loaded = await this.#reads.add(held).catch((error: unknown) => {
      log.warn('flows.run.unread', { run: held.run, error })
      this.#more = true
      return undefined
    })
    if (generation !== this.#generation) return
    // Read later than it was rung for, it may have ended, or be another's: its own row says.
    if (loaded !== undefined && loaded.run.holder === session.id) return this.#enqueue(loaded)
    this.#known.delete(held.run)
  }

  #refillIfLow(): void {
    if (this.#more && this.#known.size < this.#options.waitingMax / 2) void this.#refill()
  }

  /** Reads the store's list of this session's runs from its beginning, and takes those that are not here. */
  async #refill(): Promise<void> {
    const { session, log } = this.#options
    if (this.#isReading || this.#mode !== 'running' || !session.mayAct()) return
    this.#isReading = true
    this.#more = false
    const isCut = await this.#readList().catch((error: unknown) => {
      this.#more = true
      log.warn('flows.runs.unread', { error })
      return false
    })
    this.#isReading = false
    // All that was here may have ended while the store was read, and then nothing else would ask again.
    if (isCut) this.#refillIfLow()
  }

  /** True if memory is full before the list is at its end. */
  async #readList(): Promise<boolean> {
    const { store, session } = this.#options
    const generation = this.#generation
    for (let after: RunId | null = null; this.#room > 0;) {
      const page: readonly HeldRun[] = await store.heldRuns(session.id, after, PAGE)
      if (generation !== this.#generation || this.#mode !== 'running') return false
      this.takeHeld(page)
      if (page.length < PAGE) return false
      after = page.at(-1)!.run
    }
    this.#more = true
    return true
  }

  #isPutOff(run: RunId): boolean {
    const until = this.#putOff.get(run)
    if (until === undefined) return false
    if (this.#options.clock.monotonic() < until) return true
    this.#putOff.delete(run)
    return false
  }

  readonly #poll = (): void => {
    void this.#refill().finally(() => {
      if (this.#mode === 'running') this.#timer = this.#options.clock.after(POLL_MS, this.#poll)
    })
  }
}

/** Undefined for those that are there no more. */
async function readRuns(store: Pick<Store, 'loadRuns'>, held: readonly HeldRun[]): Promise<readonly (LoadedRun | undefined)[]> {
  const loaded = new Map((await store.loadRuns(held.map((one) => one.run))).map((one) => [one.run.id, one]))
  return held.map((one) => loaded.get(one.run))
}
