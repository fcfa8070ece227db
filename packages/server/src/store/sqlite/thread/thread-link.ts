import assert from 'node:assert/strict'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker, type Transferable } from 'node:worker_threads'
import { unpackError } from './crossing-error.ts'
import type { Answer, Numbered, ThreadData, ThreadWord } from './protocol.ts'

export interface LinkOptions {
  /** What the system calls the thread. */
  readonly name: string
  /** The file that it runs. */
  readonly program: string
  readonly data: ThreadData
  /** What it says unasked. */
  readonly onWord?: (word: Exclude<ThreadWord, { kind: 'answers' | 'ready' | 'failed' }>) => void
  /** It ended, and nobody had asked for that: what it was asked is never answered, so the process must not go on. */
  readonly onDeath: (error: Error) => void
  /** Called when answers have come, before anybody hears. */
  readonly onAnswers?: () => void
  /** Its heap may grow to so much; absent: what Node finds fit for the machine. */
  readonly heapMbMax?: number
}

/**
 * The process's side of the edge to a thread. Orders are numbered, and answered in any order.
 *
 *   starting --it says `ready`--> open --close()--> closing --its answer--> closed
 *   starting --it says `failed`--> closed: `ready` rejects
 *   any but closed --the thread ends--> dead: whoever waits hears it, and `onDeath` is called
 */
export class ThreadLink<Order extends object> {
  readonly #worker: Worker
  readonly #options: LinkOptions
  /** Who waits, at the number of the order; no `Map`, for the reason that `Crowd` is no `Set`. */
  readonly #waiting: (PromiseWithResolvers<unknown> | undefined)[] = []
  /** Numbers that were answered. */
  readonly #free: number[] = []
  readonly #ready = Promise.withResolvers<void>()
  #mode: 'starting' | 'open' | 'closing' | 'closed' | 'dead' = 'starting'

  constructor(options: LinkOptions) {
    this.#options = options
    // It needs nothing of the environment; and what was compiled once is not compiled again in each thread.
    const cache = getCompileCacheDir()
    const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }
    const resourceLimits = options.heapMbMax === undefined ? {} : { maxOldGenerationSizeMb: options.heapMbMax }
    this.#worker = new Worker(options.program, { name: options.name, workerData: options.data, env, resourceLimits })
    this.#worker.on('message', (word: ThreadWord) => this.#hear(word))
    this.#worker.on('error', (error) => this.#died(error as Error))
    this.#worker.on('exit', (code) => this.#died(new Error(`The thread "${options.name}" ended with code ${code}.`)))
  }

  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Throws where the order cannot cross: then nothing was asked. */
  ask(order: Order, transferred?: readonly Transferable[]): Promise<unknown> {
    if (this.#mode !== 'open') return Promise.reject(new Error(`The thread "${this.#options.name}" is ${this.#mode}.`))
    return this.#send(order, transferred)
  }

  /** Has it finish with `order`, and end. */
  async close(order: Order): Promise<void> {
    assert(this.#mode === 'open', 'a thread is closed once')
    this.#mode = 'closing'
    try {
      await this.#send(order)
    } finally {
      this.#mode = 'closed'
      await this.#worker.terminate()
    }
  }

  #send(order: Order, transferred?: readonly Transferable[]): Promise<unknown> {
    const id = this.#free.at(-1) ?? this.#waiting.length
    // What cannot be cloned throws here, and has taken no number.
    this.#worker.postMessage({ ...order, id } satisfies Numbered<Order>, transferred)
    const answer = Promise.withResolvers<unknown>()
    this.#free.pop()
    this.#waiting[id] = answer
    return answer.promise
  }

  #hear(word: ThreadWord): void {
    switch (word.kind) {
      case 'answers':
        this.#options.onAnswers?.()
        for (const answer of word.answers) this.#resolve(answer)
        return
      case 'ready':
        this.#mode = 'open'
        return this.#ready.resolve()
      case 'failed':
        this.#mode = 'closed'
        return this.#ready.reject(unpackError(word.error))
      default:
        this.#options.onWord?.(word)
    }
  }

  #resolve(answer: Answer): void {
    const waiting = this.#waiting[answer.id]
    assert(waiting !== undefined, 'an answer has its question')
    this.#waiting[answer.id] = undefined
    this.#free.push(answer.id)
    if ('error' in answer) waiting.reject(unpackError(answer.error))
    else waiting.resolve('text' in answer ? JSON.parse(answer.text) : answer.value)
  }

  #died(error: Error): void {
    if (this.#mode === 'closed' || this.#mode === 'dead') return
    this.#mode = 'dead'
    this.#ready.reject(error)
    for (const waiting of this.#waiting.splice(0)) waiting?.reject(error)
    this.#options.onDeath(error)
  }
}
