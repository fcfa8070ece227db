import assert from 'node:assert/strict'
import type { Session } from '#coordination'
import { isPassing, type ApplicationId, type RunId } from '#domain'
import { Batcher, type Clock, type Log, type Timer } from '#platform'
import type { HeldRun, LoadedRun, Store } from '#store'
import type { RunOne } from './run-one.ts'
import { HeldRuns } from './held-runs.ts'
import { RunBacklog, type Page } from './run-backlog.ts'
import { RunPlaces } from './run-places.ts'

export interface RunnerOptions {
  readonly store: Pick<Store, 'heldRuns' | 'loadRuns'>
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly clock: Clock
  readonly log: Log
  /** Runs one run until it is parked, ended or lost; or says that it cannot be run at present. */
  readonly runOne: RunOne
  /** Ends one that `runOne` rejects for again and again. */
  readonly giveUp: (loaded: LoadedRun) => Promise<void>
  /** Runs under way at the same time: most of them wait for the commit that they share. */
  readonly underWayMax: number
  /** Runs that wait in memory, with their requests. Beyond it they wait in the store, so accepting never waits for run capacity. */
  readonly waitingMax: number
}

/** Requests of runs in memory may take so much of it. */
const BYTES_MAX = 128 * 1024 * 1024
/** Steps are synchronous: after so many runs the loop belongs to others for a moment. */
const RUNS_PER_TURN = 32
const PAGE = 256
/** The wake-up may be lost; then a run waits this long. */
const POLL_MS = 1000

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
 *   waiting --a place is free--> under way --ended, parked or lost--> unknown
 *                                         --it cannot be run at present, or failed--> held: unknown, and not taken before its time
 *                                         --it failed too often--> given up: ended as KO, or, if even that fails, held for this life
 *
 * What must hold: `#known` has each run that is being read, waits or is under way, so that neither the wake-up nor a poll starts one twice, and
 * `#places` counts them. What does not fit is left where it is: `#backlog` says of whom there may be some, and from where on the store's list
 * is to be read when few of theirs are in memory; once in a while it is looked through in case a wake-up was lost. A lost life (`forget`) and
 * a stop raise the generation; what comes back from an older one changes nothing that the present one knows.
 */
export class Runner {
  readonly #options: RunnerOptions
  readonly #reads: Batcher<HeldRun, LoadedRun | undefined>
  readonly #known = new Set<RunId>()
  readonly #held: HeldRuns
  readonly #places: RunPlaces
  #mode: 'resting' | 'running' | 'draining' | 'stopped' = 'resting'
  #generation = 0
  readonly #backlog = new RunBacklog()
  /** The store's list is being read. */
  #isReading = false
  /** Runs are started at the end of this turn of the event loop. */
  #startIsDue = false
  #timer: Timer | undefined
  /** Resolves what `stop` waits for. */
  #idle: (() => void) | undefined

  constructor(options: RunnerOptions) {
    this.#options = options
    const { underWayMax, waitingMax, clock } = options
    this.#held = new HeldRuns(clock)
    this.#places = new RunPlaces({ known: waitingMax + underWayMax, bytes: BYTES_MAX, underWay: underWayMax })
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
      const application = loaded.run.application_id as ApplicationId
      if (this.#known.has(id)) continue
      // What came before it goes first: else, of more than can be run, those in the store would wait while newcomers take each place.
      if (this.#mode !== 'running' || this.#backlog.has(application) || !this.#places.admits(application)) this.#missed(application, id)
      else {
        this.#known.add(id)
        this.#places.enter(application)
        this.#places.wait(loaded)
        this.#startSoon()
      }
    }
  }

  /** Runs that are this session's and must be read first. */
  takeHeld(runs: readonly HeldRun[]): void {
    const full = new Set<ApplicationId>()
    for (const one of runs) {
      if (this.#knows(one)) continue
      if (!full.has(one.application) && !this.#backlog.has(one.application) && this.#takeListed(one)) continue
      full.add(one.application)
      this.#missed(one.application, one.run)
    }
  }

  /** The session's life is lost: forget all; what is under way stops at its next commit. */
  forget(): void {
    this.#forgetKnown()
    this.#held.clear()
    this.#backlog.clear()
  }

  /** Starts nothing new, and waits for what is under way. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#mode = 'draining'
    this.#timer?.cancel()
    this.#forgetKnown()
    if (this.#places.underWay > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    await this.#reads.close()
    this.#mode = 'stopped'
  }

  get counts(): { readonly waiting: number; readonly underWay: number } {
    return { waiting: this.#places.waiting, underWay: this.#places.underWay }
  }

  #missed(application: ApplicationId, run: RunId): void {
    this.#backlog.missed(application, run)
    if (this.#places.isLow(application)) void this.#readOn()
  }

  #forgetKnown(): void {
    this.#generation++
    this.#known.clear()
    this.#places.clear()
  }

  #startSoon(): void {
    if (this.#startIsDue || this.#mode !== 'running' || this.#places.waiting === 0) return
    this.#startIsDue = true
    setImmediate(this.#startSome)
  }

  readonly #startSome = (): void => {
    this.#startIsDue = false
    for (let started = 0; started < RUNS_PER_TURN; started++) {
      const loaded = this.#mode === 'running' ? this.#places.start() : undefined
      // Whoever ends makes place for another.
      if (loaded === undefined) return
      void this.#run(loaded)
    }
    this.#startSoon()
  }

  async #run(loaded: LoadedRun): Promise<void> {
    const { runOne, log } = this.#options
    const id = loaded.run.id as RunId
    const generation = this.#generation
    try {
      const became = await runOne(loaded)
      if (generation === this.#generation) this.#held.tried(loaded, became === 'held')
    } catch (error) {
      log.error('flows.run.failed', { run: id, error })
      // The machine's fault passes, and the next look finds the run as it was.
      if (generation === this.#generation && !isPassing(error) && !this.#held.failed(loaded)) await this.#giveUp(loaded)
    } finally {
      this.#ended(loaded, generation)
    }
  }

  /** One that cannot even be ended stays as it is, and is left alone until another life finds it. */
  async #giveUp(loaded: LoadedRun): Promise<void> {
    const { giveUp, log } = this.#options
    try {
      await giveUp(loaded)
      this.#held.tried(loaded, false)
    } catch (error) {
      log.error('flows.run.left', { run: loaded.run.id, error })
    }
  }

  #ended(loaded: LoadedRun, generation: number): void {
    const isKnown = generation === this.#generation
    this.#places.end(loaded, isKnown)
    if (isKnown) this.#known.delete(loaded.run.id as RunId)
    if (this.#places.underWay === 0) this.#idle?.()
    this.#startSoon()
    const application = loaded.run.application_id as ApplicationId
    if (this.#backlog.has(application) && this.#places.isLow(application)) void this.#readOn()
  }

  async #read(held: HeldRun): Promise<void> {
    const { session, log } = this.#options
    const generation = this.#generation
    const loaded = await this.#reads.add(held).catch((error: unknown) => {
      log.warn('flows.run.unread', { run: held.run, error })
      this.#backlog.missed(held.application, held.run)
      return undefined
    })
    if (generation !== this.#generation) return
    // Read later than it was woken for, it may have ended, or be another's: its own row says.
    if (loaded !== undefined && loaded.run.holder === session.id) {
      this.#places.wait(loaded)
      return this.#startSoon()
    }
    this.#known.delete(held.run)
    this.#places.leave(held.application)
  }

  /** Reads on in the store's list of this session's runs, as long as it has some that there is a place for. */
  async #readOn(): Promise<void> {
    const { store, session, log } = this.#options
    if (this.#isReading) return
    this.#isReading = true
    try {
      for (let page = this.#nextPage(); page !== undefined; page = this.#nextPage()) {
        const generation = this.#generation
        const runs = await store.heldRuns(session.id, page.after, PAGE)
        if (generation === this.#generation) this.#takePage(page, runs)
        // A store in this process answers without a turn of the event loop.
        await new Promise(setImmediate)
      }
    } catch (error) {
      log.warn('flows.runs.unread', { error })
      this.#backlog.rest()
    }
    this.#isReading = false
  }

  #nextPage(): Page | undefined {
    if (this.#mode !== 'running' || !this.#options.session.mayAct() || this.#places.isFull) return undefined
    return this.#backlog.next((application) => this.#places.isLow(application))
  }

  #takePage(page: Page, runs: readonly HeldRun[]): void {
    const memory = { knows: (one: HeldRun) => this.#knows(one), take: (one: HeldRun) => this.#takeListed(one) }
    const isListed = this.#backlog.read(page, { runs, isEnd: runs.length < PAGE }, memory)
    if (isListed) this.#held.listed()
  }

  #knows({ run }: HeldRun): boolean {
    return this.#known.has(run) || this.#held.has(run)
  }

  /** False if there is no place for it. */
  #takeListed(one: HeldRun): boolean {
    if (this.#mode !== 'running' || !this.#places.admits(one.application)) return false
    this.#known.add(one.run)
    this.#places.enter(one.application)
    void this.#read(one)
    return true
  }

  readonly #poll = (): void => {
    this.#backlog.lookOn()
    void this.#readOn().finally(() => {
      if (this.#mode === 'running') this.#timer = this.#options.clock.after(POLL_MS, this.#poll)
    })
  }
}

/** Undefined for those that are there no more. */
async function readRuns(store: Pick<Store, 'loadRuns'>, held: readonly HeldRun[]): Promise<readonly (LoadedRun | undefined)[]> {
  const loaded = new Map((await store.loadRuns(held.map((one) => one.run))).map((one) => [one.run.id, one]))
  return held.map((one) => loaded.get(one.run))
}
