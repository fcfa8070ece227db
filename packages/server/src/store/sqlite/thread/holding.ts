import assert from 'node:assert/strict'
import type { Hold, WriteQueue } from '../writes/write-queue.ts'

/** The thread's side of a hold that the process asked for. One at a time: the queue lets the next one begin when it has ended. */
export class Holding {
  readonly #queue: Pick<WriteQueue, 'hold'>
  #hold: Hold | undefined

  constructor(queue: Pick<WriteQueue, 'hold'>) {
    this.#queue = queue
  }

  /** Resolves with what `look` sees once nothing changes any more. Where it cannot look there is no hold: who asked would not know of it. */
  async begin<T>(look: () => T): Promise<T> {
    const hold = await this.#queue.hold()
    try {
      const seen = look()
      this.#hold = hold
      return seen
    } catch (error) {
      await hold.end(() => undefined).catch(() => undefined)
      throw error
    }
  }

  /** Ends it with this write. */
  end<T>(write: () => T): Promise<T> {
    assert(this.#hold !== undefined, 'what ends was held')
    const hold = this.#hold
    this.#hold = undefined
    return hold.end(write)
  }
}
