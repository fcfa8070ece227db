import Database from 'better-sqlite3'
import { AppError } from '#domain'
import type { Clock } from '#platform'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { faultOf } from '../file/fault-of.ts'
import { HastyError, type Transaction } from './transaction.ts'

/**
 * Everything that changes something, in the order in which it was asked. What is asked for in one turn of the event loop shares
 * one transaction and one sync; each call stands or falls alone; promises settle after the commit.
 */
export interface WriteQueue {
  write<T>(call: () => T): Promise<T>
  /** For what only changes memory: it keeps its place in the order, and costs no sync. */
  remember<T>(call: () => T): Promise<T>
  /** Finishes what was asked for and takes nothing more. */
  close(): Promise<void>
}

export type Failpoint = (at: 'begun' | 'applied' | 'committed') => void

export interface WriteQueueOptions {
  readonly transaction: Transaction
  readonly clock: Clock
  /** Called at the points where a crash matters, for tests. */
  readonly failpoint?: Failpoint | undefined
  /** Looks after the files: before a transaction begins, and after its commit, before anybody is told. It throws if they are not there. */
  readonly files?: { before(): void; after(): void } | undefined
  /** Runs `flush` at the end of this turn; replaced in simulations. */
  readonly schedule?: ((flush: () => void) => void) | undefined
}

interface Call {
  readonly run: () => unknown
  readonly writes: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A flush that has worked this long commits, and leaves the rest for the next turn, so that sockets are served in between. */
const FLUSH_MS = 25

export function createWriteQueue({ transaction, clock, failpoint, files, schedule = setImmediate }: WriteQueueOptions): WriteQueue {
  let calls: Call[] = []
  let due = false
  let closed: PromiseWithResolvers<void> | undefined
  let broken: Error | undefined

  const flush = (): void => {
    due = false
    const taken = calls
    calls = []
    let outcomes: readonly (() => void)[] = []
    try {
      outcomes = runAll(taken)
      calls = [...taken.slice(outcomes.length), ...calls]
    } catch (error) {
      const told = judge(error)
      // Nothing of this flush was kept: those that were not reached are told as well, because the next one would fail the same way.
      for (const call of taken) call.reject(told)
    }
    for (const settle of outcomes) settle()
    if (calls.length > 0) arrange()
    else closed?.resolve()
  }

  /** Runs and commits as many of the calls as there is time for. */
  const runAll = (taken: readonly Call[]): readonly (() => void)[] => {
    try {
      return commitAll(taken, 'hasty')
    } catch (error) {
      if (!(error instanceof HastyError)) throw error
      if (faultOf(error.cause) !== undefined) throw error.cause
      return commitAll(taken, 'careful')
    }
  }

  const commitAll = (taken: readonly Call[], mode: 'hasty' | 'careful'): readonly (() => void)[] => {
    const start = clock.monotonic()
    const outcomes: (() => void)[] = []
    let open = false
    try {
      for (const call of taken) {
        if (call.writes && !open) {
          files?.before()
          transaction.begin(mode)
          open = true
          failpoint?.('begun')
        }
        outcomes.push(settle(call))
        if (clock.monotonic() - start > FLUSH_MS) break
      }
      if (open) failpoint?.('applied')
    } catch (error) {
      transaction.rollback()
      throw error
    }
    transaction.commit()
    if (open) {
      failpoint?.('committed')
      files?.after()
    }
    return outcomes
  }

  /** Runs one call and returns how its caller is told once all is committed. */
  const settle = (call: Call): (() => void) => {
    try {
      const value = call.writes ? transaction.nested(call.run) : transaction.nestedInMemory(call.run)
      return () => call.resolve(value)
    } catch (error) {
      if (error instanceof HastyError || faultOf(error) !== undefined) throw error
      return () => call.reject(error)
    }
  }

  /** After a failed sync nobody knows what is on the disk, and a second sync would lie (the kernel forgets): stop for good. */
  const judge = (error: unknown): unknown => {
    if (faultOf(error) !== 'sync_failed') return error
    broken = new AppError('store_sync_failed', { cause: error })
    return new CommitUnknownError(error)
  }

  const arrange = (): void => {
    if (due) return
    due = true
    schedule(flush)
  }

  const add = <T>(run: () => T, writes: boolean): Promise<T> => {
    if (closed !== undefined) return Promise.reject(new Error('The store is closed.'))
    if (broken !== undefined) return Promise.reject(broken)
    return new Promise<T>((resolve, reject) => {
      calls.push({ run, writes, resolve: resolve as (value: unknown) => void, reject })
      arrange()
    })
  }

  return {
    write: (call) => add(call, true),
    remember: (call) => add(call, false),
    close() {
      if (closed === undefined) {
        closed = Promise.withResolvers<void>()
        if (calls.length === 0) closed.resolve()
      }
      return closed.promise
    },
  }
}

/** The engine cannot keep these values: a duplicate id, a missing field, text that is too long. */
export function isDataError(error: unknown): error is Error {
  if (error instanceof Database.SqliteError) return /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(error.code)
  return error instanceof TypeError || error instanceof RangeError || error instanceof RefusedError
}

/** An operation that names what is not there. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}
