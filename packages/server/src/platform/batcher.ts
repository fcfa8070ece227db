import assert from 'node:assert/strict'
import { AppError } from '#domain'
import type { Clock, Timer } from './clock.ts'

export interface BatcherOptions<Op, Result> {
  readonly clock: Clock
  /** Commits one batch. Gives one result for each operation, in the same order. */
  run(ops: readonly Op[]): Promise<readonly Result[]>
  /** What an operation costs, for instance in rows. Default 1. */
  weigh?(op: Op): number
  readonly itemsMax?: number
  /** A batch stops before this weight; a single heavier operation goes alone. */
  readonly weightMax?: number
  /**
   * How much the next batch may hold, by `sizeOf`: asked once for each batch, which holds one operation at least. Absent: what the other
   * bounds allow.
   */
  allowance?(): number
  /** Default 1. */
  sizeOf?(op: Op): number
  /** How many operations may wait. */
  readonly capacity?: number
  /** How many batches may be under way at the same time. */
  readonly concurrency?: number
  /** How long a further batch collects while others are under way and a place is free; Infinity: until they end. The first one never waits. */
  readonly lingerMs?: number
  /** It collects no longer than until it has this share of what the one before it had. Absent: until it is full. */
  readonly followsAt?: number
  /** Runs `flush` at the end of this turn of the event loop; replaced in simulations. */
  schedule?(flush: () => void): void
}

const UNTIMED: Timer = { cancel() {} }

interface Entry<Op, Result> {
  readonly op: Op
  readonly weight: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Collects single operations into batches, so that many callers share one commit and its fsync.
 *
 *   open    --close()--> closing: nothing new is taken, and what waits is finished --nothing waits or is under way--> closed
 *
 * What waits stands in one of three: a flush is due (at the end of the turn; or after the linger, or once enough wait); every place is taken;
 * or, for a moment, neither, until `#arrange` has made a flush due. A batch that ends makes the next flush due.
 *
 * What must hold: a waiting operation always has a flush or a batch ahead of it; `#linger` is set only while a flush is due.
 */
export class Batcher<Op, Result> {
  readonly #run: BatcherOptions<Op, Result>['run']
  readonly #weigh: (op: Op) => number
  readonly #allowance: () => number
  readonly #sizeOf: (op: Op) => number
  readonly #schedule: (flush: () => void) => void
  readonly #clock: Clock
  readonly #itemsMax: number
  readonly #weightMax: number
  readonly #capacity: number
  readonly #concurrency: number
  readonly #lingerMs: number
  readonly #followsAt: number
  #queue: Entry<Op, Result>[] = []
  /** Batches. */
  #underWay = 0
  /** So many are enough for a batch that leaves while others are under way. */
  #enough: number
  #flushIsDue = false
  #linger: Timer | undefined
  /** Set from `close` on. */
  #drained: PromiseWithResolvers<void> | undefined

  constructor(options: BatcherOptions<Op, Result>) {
    this.#run = (ops) => options.run(ops)
    this.#weigh = options.weigh ?? (() => 1)
    this.#allowance = options.allowance ?? (() => Infinity)
    this.#sizeOf = options.sizeOf ?? (() => 1)
    this.#schedule = options.schedule ?? setImmediate
    this.#clock = options.clock
    this.#itemsMax = options.itemsMax ?? 256
    this.#weightMax = options.weightMax ?? 2000
    this.#capacity = options.capacity ?? 10_000
    this.#concurrency = options.concurrency ?? 1
    this.#lingerMs = options.lingerMs ?? 0
    this.#followsAt = options.followsAt ?? Infinity
    this.#enough = this.#itemsMax
  }

  /**
   * Resolves with this operation's own result, after the commit that holds it. Rejects with AppError `overloaded` at once when
   * the queue is full, with `stopping` after `close`, and with whatever `run` threw for its batch.
   */
  add(op: Op): Promise<Result> {
    if (this.#drained !== undefined) return Promise.reject(new AppError('stopping'))
    if (this.waiting >= this.#capacity) return Promise.reject(new AppError('overloaded'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ op, weight: this.#weigh(op), resolve, reject })
      if (!this.#flushIsDue) this.#arrange()
      else if (this.waiting >= this.#enough) this.#endLinger()
    })
  }

  /** Takes nothing new, finishes what waits, and resolves when nothing is under way. */
  close(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = Promise.withResolvers<void>()
      if (this.#linger !== undefined) {
        this.#linger.cancel()
        this.#flush()
      }
      this.#settleDrain()
    }
    return this.#drained.promise
  }

  /** Operations that wait for a batch. */
  get waiting(): number {
    return this.#queue.length
  }

  #arrange(): void {
    if (this.#flushIsDue || this.#underWay >= this.#concurrency || this.waiting === 0) return
    this.#flushIsDue = true
    const collects = this.#underWay > 0 && this.#lingerMs > 0 && this.waiting < this.#enough && this.#drained === undefined
    if (!collects) this.#schedule(this.#flush)
    else this.#linger = this.#lingerMs === Infinity ? UNTIMED : this.#clock.after(this.#lingerMs, this.#flush)
  }

  readonly #flush = (): void => {
    this.#flushIsDue = false
    this.#linger = undefined
    while (this.#underWay < this.#concurrency && this.waiting > 0) {
      void this.#commit(this.#take())
      // Further batches of the same turn start only when they are full; a remainder collects.
      if (this.waiting < Math.max(this.#enough, this.#itemsMax)) break
    }
    this.#arrange()
  }

  #take(): Entry<Op, Result>[] {
    const queue = this.#queue
    let end = 1
    let weight = queue[0]!.weight
    let left = this.#allowance() - this.#sizeOf(queue[0]!.op)
    while (end < queue.length && end < this.#itemsMax && weight + queue[end]!.weight <= this.#weightMax) {
      left -= this.#sizeOf(queue[end]!.op)
      if (left < 0) break
      weight += queue[end++]!.weight
    }
    // What has left is not held on to: behind a queue that is never empty it would be all that came for a while.
    this.#queue = queue.slice(end)
    const batch = queue.slice(0, end)
    // Of what ended meanwhile so much may be in the batch; while it is under way nothing has, so none follows it.
    const isMeasured = left < Infinity && this.#lingerMs === Infinity
    this.#enough = isMeasured ? Infinity : Math.min(this.#itemsMax, batch.length * this.#followsAt)
    return batch
  }

  async #commit(batch: Entry<Op, Result>[]): Promise<void> {
    this.#underWay++
    try {
      const results = await this.#run(batch.map((entry) => entry.op))
      if (results.length !== batch.length) throw new Error(`a batch of ${batch.length} gave ${results.length} results`)
      for (let i = 0; i < batch.length; i++) batch[i]!.resolve(results[i]!)
    } catch (error) {
      for (const entry of batch) entry.reject(error)
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#endLinger()
      this.#arrange()
      this.#settleDrain()
    }
  }

  #endLinger(): void {
    if (this.#linger === undefined) return
    assert(this.#flushIsDue, 'a linger ends in a flush')
    this.#linger.cancel()
    this.#linger = undefined
    this.#schedule(this.#flush)
  }

  #settleDrain(): void {
    if (this.#drained !== undefined && this.#underWay === 0 && this.waiting === 0) this.#drained.resolve()
  }
}
