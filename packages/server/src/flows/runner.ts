import type { Session } from '#coordination'
import type { RunId } from '#domain'
import { createBatcher, type Clock, type Log, type Timer } from '#platform'
import type { HeldRun, LoadedRun, Store } from '#store'
import type { RunOne } from './run-one.ts'

/** Keeps runs going: those that were just accepted, those that were woken or adopted, and those that memory had no room for. */
export interface Runner {
  start(): void
  /** Runs at hand, with the request that started them. */
  take(runs: readonly LoadedRun[]): void
  /** Runs that are this session's and must be read first. */
  takeHeld(runs: readonly HeldRun[]): void
  /** The session's life is lost: forget all; what is under way stops at its next commit. */
  forget(): void
  /** Starts nothing new, and waits for what is under way. */
  stop(signal: AbortSignal): Promise<void>
  readonly counts: { readonly waiting: number; readonly underWay: number }
}

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
 * A run in memory is `waiting` (its content is here) or `underWay`; `known` has both, so that neither the bell nor a poll starts
 * one twice. What does not fit is left where it is, in the store under this session's name: `more` says that there may be some,
 * and the store is read again, oldest first, when memory is half empty, and once in a while in case a ring was lost.
 */
export function createRunner(options: RunnerOptions): Runner {
  const { store, session, clock, log, underWayMax, waitingMax } = options
  const known = new Set<RunId>()
  /** Those that cannot be run at present, and until when: they take no place in memory, where others can be run. */
  const held = new Map<RunId, number>()
  let waiting: LoadedRun[] = []
  let head = 0
  let waitingBytes = 0
  let underWay = 0
  let more = false
  let reading = false
  let due = false
  let stopped = true
  let generation = 0
  let timer: Timer | undefined
  let idle: (() => void) | undefined

  const room = (): number => (waitingBytes >= WAITING_BYTES_MAX ? 0 : waitingMax - (waiting.length - head))

  const loads = createBatcher<HeldRun, LoadedRun | undefined>({
    clock,
    itemsMax: 64,
    concurrency: 2,
    capacity: Infinity,
    async run(held) {
      const loaded = new Map((await store.loadRuns(held.map((one) => one.run))).map((one) => [one.run.id, one]))
      return held.map((one) => loaded.get(one.run))
    },
  })

  function enqueue(loaded: LoadedRun): void {
    waiting.push(loaded)
    waitingBytes += bytesOf(loaded)
    arrange()
  }

  function arrange(): void {
    if (due || stopped || head === waiting.length || underWay >= underWayMax) return
    due = true
    setImmediate(pump)
  }

  function pump(): void {
    due = false
    for (let started = 0; started < RUNS_PER_TURN && head < waiting.length && underWay < underWayMax && !stopped; started++) {
      const loaded = waiting[head]!
      waiting[head++] = undefined as never // what ran is not kept alive by the queue
      waitingBytes -= bytesOf(loaded)
      void run(loaded)
    }
    if (head === waiting.length) {
      waiting = []
      head = 0
    }
    arrange()
  }

  async function run(loaded: LoadedRun): Promise<void> {
    const mine = generation
    underWay++
    try {
      if ((await options.runOne(loaded)) === 'held' && mine === generation)
        held.set(loaded.run.id as RunId, clock.monotonic() + HELD_LOOK_MS)
    } catch (error) {
      log.error('flows.run.failed', { run: loaded.run.id, error })
    } finally {
      underWay--
      if (mine === generation) known.delete(loaded.run.id as RunId)
      if (underWay === 0) idle?.()
      arrange()
      refillIfLow()
    }
  }

  async function load(held: HeldRun): Promise<void> {
    const mine = generation
    const loaded = await loads.add(held).catch((error: unknown) => {
      log.warn('flows.run.unread', { run: held.run, error })
      more = true
      return undefined
    })
    if (mine !== generation) return
    // Read later than it was rung for, it may have ended, or be another's: its own row says.
    if (loaded !== undefined && loaded.run.holder === session.id) return enqueue(loaded)
    known.delete(held.run)
  }

  /** Reads the store's list of this session's runs from its beginning, and takes those that are not here. */
  async function refill(): Promise<void> {
    if (reading || stopped || !session.mayAct()) return
    reading = true
    more = false
    const mine = generation
    try {
      for (let after: RunId | null = null; room() > 0;) {
        const page: readonly HeldRun[] = await store.heldRuns(session.id, after, PAGE)
        if (mine !== generation || stopped) return
        takeHeld(page)
        if (page.length < PAGE) return
        after = page.at(-1)!.run
      }
      more = true
    } catch (error) {
      more = true
      log.warn('flows.runs.unread', { error })
      return
    } finally {
      reading = false
    }
    // All that was here may have ended while the store was read, and then nothing else would ask again.
    refillIfLow()
  }

  function refillIfLow(): void {
    if (more && known.size < waitingMax / 2) void refill()
  }

  function takeHeld(runs: readonly HeldRun[]): void {
    for (const one of runs) {
      if (known.has(one.run) || isHeld(one.run)) continue
      if (stopped || known.size >= waitingMax + underWayMax) more = true
      else {
        known.add(one.run)
        void load(one)
      }
    }
  }

  function isHeld(run: RunId): boolean {
    const until = held.get(run)
    if (until === undefined) return false
    if (clock.monotonic() < until) return true
    held.delete(run)
    return false
  }

  function tick(): void {
    void refill().finally(() => {
      if (!stopped) timer = clock.after(POLL_MS, tick)
    })
  }

  return {
    start() {
      stopped = false
      tick()
      arrange()
    },
    take(runs) {
      for (const loaded of runs) {
        const id = loaded.run.id as RunId
        if (known.has(id)) continue
        if (stopped || room() <= 0) more = true
        else {
          known.add(id)
          enqueue(loaded)
        }
      }
    },
    takeHeld,
    forget() {
      generation++
      known.clear()
      held.clear()
      waiting = []
      head = 0
      waitingBytes = 0
      more = false
    },
    async stop(signal) {
      stopped = true
      timer?.cancel()
      waiting = []
      head = 0
      if (underWay > 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          idle = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      await loads.close()
    },
    get counts() {
      return { waiting: waiting.length - head, underWay }
    },
  }
}

function bytesOf({ run, request }: LoadedRun): number {
  return 1000 + (request?.body?.length ?? 0) + (run.input?.length ?? 0) + run.steps.length
}
