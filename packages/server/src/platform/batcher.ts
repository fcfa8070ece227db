import { AppError } from '#domain'
import type { Clock, Timer } from './clock.ts'

/** Collects single operations into batches, so that many callers share one commit and its fsync. */
export interface Batcher<Op, Result> {
  /**
   * Resolves with this operation's own result, after the commit that holds it. Rejects with AppError `overloaded` at once when
   * the queue is full, with `stopping` after `close`, and with whatever `run` threw for its batch.
   */
  add(op: Op): Promise<Result>
  /** Takes nothing new, finishes what waits, and resolves when nothing is under way. */
  close(): Promise<void>
  /** Operations that wait for a batch. */
  readonly waiting: number
}

export interface BatcherOptions<Op, Result> {
  readonly clock: Clock
  /** Commits one batch. Gives one result for each operation, in the same order. */
  run(ops: readonly Op[]): Promise<readonly Result[]>
  /** What an operation costs, for instance in rows. Default 1. */
  weigh?(op: Op): number
  readonly itemsMax?: number
  /** A batch stops before this weight; a single heavier operation goes alone. */
  readonly weightMax?: number
  /** How many operations may wait. */
  readonly capacity?: number
  /** How many batches may be under way at the same time. */
  readonly concurrency?: number
  /** How long a further batch collects while others are under way and a place is free. The first one never waits. */
  readonly lingerMs?: number
  /** Runs `flush` at the end of this turn of the event loop; replaced in simulations. */
  schedule?(flush: () => void): void
}

interface Entry<Op, Result> {
  readonly op: Op
  readonly weight: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * States: nothing waits; something waits and a flush is due (end of the turn, or after the linger); something waits and every
 * place is taken. A batch that ends makes the next flush due, so a waiting operation always has a flush or a batch ahead of it.
 */
export function createBatcher<Op, Result>(options: BatcherOptions<Op, Result>): Batcher<Op, Result> {
  const { clock, run, itemsMax = 256, weightMax = 2000, capacity = 10_000, concurrency = 1, lingerMs = 0 } = options
  const weigh = options.weigh ?? (() => 1)
  const schedule = options.schedule ?? setImmediate
  let queue: Entry<Op, Result>[] = []
  let head = 0
  let underWay = 0
  let due = false
  let linger: Timer | undefined
  let drained: { promise: Promise<void>; resolve: () => void } | undefined

  const waiting = () => queue.length - head

  const arrange = () => {
    if (due || underWay >= concurrency || waiting() === 0) return
    due = true
    if (underWay > 0 && lingerMs > 0 && waiting() < itemsMax && drained === undefined) linger = clock.after(lingerMs, flush)
    else schedule(flush)
  }

  const flush = () => {
    due = false
    linger = undefined
    while (underWay < concurrency && waiting() > 0) {
      void commit(take())
      // Further batches of the same turn start only when they are full; a remainder collects.
      if (waiting() < itemsMax) break
    }
    arrange()
  }

  const take = (): Entry<Op, Result>[] => {
    let end = head + 1
    let weight = queue[head]!.weight
    while (end < queue.length && end - head < itemsMax && weight + queue[end]!.weight <= weightMax) weight += queue[end++]!.weight
    const batch = queue.slice(head, end)
    head = end
    if (head === queue.length) {
      queue = []
      head = 0
    } else if (head > 4096) {
      queue = queue.slice(head)
      head = 0
    }
    return batch
  }

  const commit = async (batch: Entry<Op, Result>[]) => {
    underWay++
    try {
      const results = await run(batch.map((entry) => entry.op))
      if (results.length !== batch.length) throw new Error(`a batch of ${batch.length} gave ${results.length} results`)
      for (let i = 0; i < batch.length; i++) batch[i]!.resolve(results[i]!)
    } catch (error) {
      for (const entry of batch) entry.reject(error)
    } finally {
      underWay--
      if (underWay === 0) endLinger()
      arrange()
      settleDrain()
    }
  }

  const endLinger = () => {
    if (linger === undefined) return
    linger.cancel()
    linger = undefined
    schedule(flush)
  }

  const settleDrain = () => {
    if (drained !== undefined && underWay === 0 && waiting() === 0) drained.resolve()
  }

  return {
    add(op) {
      if (drained !== undefined) return Promise.reject(new AppError('stopping'))
      if (waiting() >= capacity) return Promise.reject(new AppError('overloaded'))
      return new Promise((resolve, reject) => {
        queue.push({ op, weight: weigh(op), resolve, reject })
        if (!due) arrange()
        else if (waiting() >= itemsMax) endLinger()
      })
    },
    close() {
      if (drained === undefined) {
        drained = Promise.withResolvers<void>()
        if (linger !== undefined) {
          linger.cancel()
          flush()
        }
        settleDrain()
      }
      return drained.promise
    },
    get waiting() {
      return waiting()
    },
  }
}
