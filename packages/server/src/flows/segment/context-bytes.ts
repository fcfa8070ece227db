import { limits } from '#domain'
import { jsonBytes } from './json-within.ts'
import type { RunState } from './run-state.ts'
import { failedWith } from './step-end.ts'
import type { StepEnd } from './step-outcome.ts'
import type { StepRecord } from './step-record.ts'

/** What the outputs of a run weigh: 1 MiB each, 8 MiB together (decisions/sizes). */
export class ContextBytes {
  readonly #state: RunState
  readonly #records: readonly StepRecord[]
  /** Of this call. */
  own = 0
  #earlier: number | undefined

  constructor(state: RunState, records: readonly StepRecord[]) {
    this.#state = state
    this.#records = records
  }

  /** The same end, or a failure where there is no room for what it brings. */
  bounded(end: StepEnd): StepEnd {
    if (end.output === undefined || end.output === null) return end
    const bytes = jsonBytes(end.output, limits.stepOutputBytesMax)
    if (bytes === undefined) {
      const { stepOutputBytesMax: truncatedBytes } = limits
      return { ...failedWith('output_too_large', `The output has more than ${truncatedBytes} bytes.`), input: end.input, truncatedBytes }
    }
    this.own += bytes
    if (this.own + this.#earlierBytes() > limits.runContextBytesMax) {
      return failedWith('context_too_large', `The outputs of this run are larger than ${limits.runContextBytesMax} bytes together.`)
    }
    return end
  }

  /** Of the calls before this one; counted only once a call has made something large, because most runs never come near. */
  #earlierBytes(): number {
    if (this.own < limits.runContextBytesMax / 16 && this.#state.steps.length < 8) return 0
    const own = this.#earlier === undefined ? new Set(this.#records) : undefined
    this.#earlier ??= this.#state.steps
      .filter((record) => !own!.has(record))
      .reduce((bytes, record) => bytes + Buffer.byteLength(JSON.stringify(record.output) ?? ''), 0)
    return this.#earlier
  }
}
