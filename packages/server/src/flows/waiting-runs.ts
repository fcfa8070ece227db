import assert from 'node:assert/strict'
import type { LoadedRun } from '#store'

/** Runs that wait in memory with their requests: first in, first out. What has left is not kept alive by the queue. */
export class WaitingRuns {
  #runs: (LoadedRun | undefined)[] = []
  /** Those before it have left. */
  #head = 0
  #bytes = 0

  get size(): number {
    return this.#runs.length - this.#head
  }

  /** What they take in memory. */
  get bytes(): number {
    return this.#bytes
  }

  add(loaded: LoadedRun): void {
    this.#runs.push(loaded)
    this.#bytes += bytesOf(loaded)
  }

  /** The one that has waited longest. */
  next(): LoadedRun {
    assert(this.#head < this.#runs.length, 'a run waits')
    const loaded = this.#runs[this.#head]!
    this.#runs[this.#head++] = undefined
    this.#bytes -= bytesOf(loaded)
    if (this.#head === this.#runs.length) this.clear()
    return loaded
  }

  clear(): void {
    this.#runs = []
    this.#head = 0
    this.#bytes = 0
  }
}

function bytesOf({ run, request }: LoadedRun): number {
  return 1000 + (request?.body?.length ?? 0) + (run.input?.length ?? 0) + run.steps.length
}
