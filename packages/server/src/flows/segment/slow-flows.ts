import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { TURN_MS } from './turns.ts'

/** A flow that took half a turn so many times on end is not tried here again for so long, because each try takes its time from the others. */
const STRIKES_MAX = 3
const SLOW_MS = 10_000

interface Slow {
  readonly strikes: number
  readonly until: number
}

/** Flows that are not tried on the event loop for a while. */
export class SlowFlows {
  readonly #known = new WeakMap<CompiledFlow, Slow>()

  has(flow: CompiledFlow, now: number): boolean {
    return now < (this.#known.get(flow)?.until ?? 0)
  }

  /** One alone may be a first one, whose code is not compiled yet. */
  took(flow: CompiledFlow, { tookMs, now }: { tookMs: number; now: number }): void {
    const known = this.#known.get(flow)
    if (tookMs < TURN_MS / 2) {
      if (known !== undefined) this.#known.delete(flow)
      return
    }
    const strikes = (known?.strikes ?? 0) + 1
    this.#known.set(flow, strikes < STRIKES_MAX ? { strikes, until: 0 } : { strikes: 0, until: now + SLOW_MS })
  }
}
