import assert from 'node:assert/strict'
import { AppError } from '#domain/plain'
import type { Clock } from '#platform'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { faultOf } from '../file/fault-of.ts'
import { HastyError, type Transaction } from './transaction.ts'

export type Failpoint = (at: 'begun' | 'applied' | 'committed') => void

export interface WriteQueueOptions {
  readonly transaction: Transaction
  readonly clock: Clock
  /** Called at the points where a crash matters, for tests. */
  readonly failpoint?: Failpoint | undefined
  /** Looks after the files: before a transaction begins, and after its commit, before anybody hears. It throws if they are not there. */
  readonly files?: { before(): void; after(): void } | undefined
  /** Runs `flush` at the end of this turn; replaced in simulations. */
  readonly schedule?: ((flush: () => void) => void) | undefined
}

export interface Hold {
  /** Ends it with this write, before all that was asked meanwhile. To be called once. */
  end<T>(call: () => T): Promise<T>
}

interface Call {
  /** Undefined: a hold. */
  readonly run: (() => unknown) | undefined
  readonly writes: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A flush that has worked this long commits, and leaves the rest for the next turn, so that sockets are served in between. */
const FLUSH_MS = 25

/**
 * Everything that changes something, in the order in which it was asked. What is asked for in one turn of the event loop shares
 * one transaction and one sync; each call stands or falls alone; promises settle after the commit.
 *
 *   open --hold(), in its turn--> held: nothing is committed --end()--> open, with that write first
 *   any  --close()--> closing: nothing new is taken, and what was asked for is finished --nothing waits or is held--> closed
 *   any  --a sync failed--> broken: nothing new is taken, ever
 *
 * What must hold: a call that waits has a flush ahead of it, unless the queue is held; no transaction is open between two flushes.
 */
export class WriteQueue {
  readonly #transaction: Transaction
  readonly #clock: Clock
  readonly #failpoint: WriteQueueOptions['failpoint']
  readonly #files: WriteQueueOptions['files']
  readonly #schedule: (flush: () => void) => void
  #calls: Call[] = []
  /** Of them, those that are holds. */
  #holds = 0
  #held = false
  #flushIsDue = false
  /** Set from `close` on. */
  #drained: PromiseWithResolvers<void> | undefined
  #broken: Error | undefined

  constructor({ transaction, clock, failpoint, files, schedule = setImmediate }: WriteQueueOptions) {
    this.#transaction = transaction
    this.#clock = clock
    this.#failpoint = failpoint
    this.#files = files
    this.#schedule = schedule
  }

  readonly write = <T>(call: () => T): Promise<T> => this.#add(call, true)

  /** For what only changes memory: it keeps its place in the order, and costs no sync. */
  readonly remember = <T>(call: () => T): Promise<T> => this.#add(call, false)

  /**
   * Resolves in its turn, when all that was asked before is committed; from then on nothing is, until the hold ends. For who has to know
   * that nothing changes meanwhile, and cannot say at once what to write.
   */
  hold(): Promise<Hold> {
    return this.#add<Hold>(undefined, false)
  }

  /** Finishes what was asked for and takes nothing more. */
  close(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = Promise.withResolvers<void>()
      this.#goOn()
    }
    return this.#drained.promise
  }

  #add<T>(run: (() => T) | undefined, writes: boolean): Promise<T> {
    if (this.#drained !== undefined) return Promise.reject(new Error('The store is closed.'))
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    if (run === undefined) this.#holds++
    return new Promise<T>((resolve, reject) => {
      this.#calls.push({ run, writes, resolve: resolve as (value: unknown) => void, reject })
      this.#goOn()
    })
  }

  #goOn(): void {
    if (this.#held || this.#flushIsDue) return
    if (this.#calls.length === 0) return this.#drained?.resolve()
    this.#flushIsDue = true
    this.#schedule(this.#flush)
  }

  readonly #flush = (): void => {
    this.#flushIsDue = false
    const taken = this.#takeUntilHold()
    if (taken.length === 0) return this.#beginHold()
    let outcomes: readonly (() => void)[] = []
    try {
      outcomes = this.#runAll(taken)
      if (outcomes.length < taken.length) this.#calls = [...taken.slice(outcomes.length), ...this.#calls]
    } catch (error) {
      const reason = this.#judge(error)
      // Nothing of this flush was kept: those that were not reached are refused as well, because the next one would fail the same way.
      for (const call of taken) call.reject(reason)
    }
    for (const settle of outcomes) settle()
    this.#goOn()
  }

  /** What may be committed now: the rest waits behind a hold. */
  #takeUntilHold(): readonly Call[] {
    const taken = this.#calls
    const end = this.#holds === 0 ? -1 : taken.findIndex((call) => call.run === undefined)
    this.#calls = end < 0 ? [] : taken.slice(end)
    return end < 0 ? taken : taken.slice(0, end)
  }

  #beginHold(): void {
    const hold = this.#calls.shift()
    assert(hold !== undefined && hold.run === undefined, 'a flush without calls meets a hold')
    this.#holds--
    this.#held = true
    hold.resolve({ end: (run) => this.#endHold(run) } satisfies Hold)
  }

  #endHold<T>(run: () => T): Promise<T> {
    assert(this.#held, 'a hold ends once')
    this.#held = false
    return new Promise<T>((resolve, reject) => {
      this.#calls.unshift({ run, writes: true, resolve: resolve as (value: unknown) => void, reject })
      this.#goOn()
    })
  }

  /** Runs and commits as many of the calls as there is time for. */
  #runAll(taken: readonly Call[]): readonly (() => void)[] {
    try {
      return this.#commitAll(taken, 'hasty')
    } catch (error) {
      if (!(error instanceof HastyError)) throw error
      if (faultOf(error.cause) !== undefined) throw error.cause
      return this.#commitAll(taken, 'careful')
    }
  }

  #commitAll(taken: readonly Call[], mode: 'hasty' | 'careful'): readonly (() => void)[] {
    const start = this.#clock.monotonic()
    const outcomes: (() => void)[] = []
    let open = false
    try {
      for (const call of taken) {
        if (call.writes && !open) {
          this.#files?.before()
          this.#transaction.begin(mode)
          open = true
          this.#failpoint?.('begun')
        }
        outcomes.push(this.#settle(call))
        if (this.#clock.monotonic() - start > FLUSH_MS) break
      }
      if (open) this.#failpoint?.('applied')
    } catch (error) {
      this.#transaction.rollback()
      throw error
    }
    this.#transaction.commit()
    if (open) {
      this.#failpoint?.('committed')
      this.#files?.after()
    }
    return outcomes
  }

  /** Runs one call and returns how its caller is answered once all is committed. */
  #settle({ run, writes, resolve, reject }: Call): () => void {
    assert(run !== undefined, 'a hold is not run')
    try {
      const value = writes ? this.#transaction.nested(run) : this.#transaction.nestedInMemory(run)
      return () => resolve(value)
    } catch (error) {
      if (error instanceof HastyError || faultOf(error) !== undefined) throw error
      return () => reject(error)
    }
  }

  /** After a failed sync nobody knows what is on the disk, and a second sync would lie (the kernel forgets): stop for good. */
  #judge(error: unknown): unknown {
    if (faultOf(error) !== 'sync_failed') return error
    this.#broken = new AppError('store_sync_failed', { cause: error })
    // Also what waits behind a hold, which would begin now.
    for (const call of this.#calls.splice(0)) call.reject(this.#broken)
    this.#holds = 0
    return new CommitUnknownError(error)
  }
}
