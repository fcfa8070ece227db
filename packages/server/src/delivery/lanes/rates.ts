import type { Clock } from '#platform'
import type { HeldLane } from './held-lane.ts'
import { createRateGate, type RateGate } from './rate-gate.ts'

/** The rates of endpoints, and of applications over all their endpoints. A lane that has to wait for its turn sleeps until then. */
export interface Rates {
  /** Whether the lane may start one more now. If not, it sleeps, and is woken when it may. */
  admits(lane: HeldLane, monotonic: number): boolean
  /** Of an attempt that begins. Undefined: nobody counts it. */
  take(lane: HeldLane, monotonic: number): Pass | undefined
  /** What it sent within the last second counts, and is known here only. */
  isWarm(lane: HeldLane, monotonic: number): boolean
  close(): void
}

export interface Pass {
  /** The request is on the wire. */
  left(): void
  /** Nothing of it leaves any more. */
  over(): void
}

export interface RatesOptions {
  readonly clock: Clock
  /** Processes that send for the same applications. Each gets its part of an application's rate; an endpoint has one sender only. */
  readonly senders: () => number
  readonly wake: (lane: HeldLane) => void
}

export function createRates({ clock, senders, wake }: RatesOptions): Rates {
  // What an earlier life of this process sent just before is not known here.
  const madeAt = clock.monotonic()
  const applications = new Map<string, RateGate<HeldLane>>()

  const adjust = (gate: RateGate<HeldLane> | undefined, rate: number, usedUpAt: number): RateGate<HeldLane> => {
    if (gate === undefined) return createRateGate({ clock, rate, usedUpAt, wake })
    if (gate.rate !== rate) gate.change(rate)
    return gate
  }

  const ownGate = (lane: HeldLane): RateGate<HeldLane> | undefined => {
    const { throttleRate } = lane.limits
    if (throttleRate === null) {
      lane.gate?.close()
      return (lane.gate = undefined)
    }
    return (lane.gate = adjust(lane.gate, throttleRate, Math.max(madeAt, lane.takenOverAt)))
  }

  const applicationGate = (lane: HeldLane): RateGate<HeldLane> | undefined => {
    const { application } = lane
    const { applicationRate } = lane.limits
    if (applicationRate === null) {
      applications.get(application)?.close()
      applications.delete(application)
      return undefined
    }
    const gate = adjust(applications.get(application), applicationRate / senders(), madeAt)
    applications.set(application, gate)
    return gate
  }

  return {
    admits(lane, monotonic) {
      for (const gate of [ownGate(lane), applicationGate(lane)]) {
        if (gate === undefined || gate.isOpen(monotonic)) continue
        gate.wait(lane)
        return false
      }
      return true
    },
    take(lane, monotonic) {
      const passes = [ownGate(lane), applicationGate(lane)].flatMap((gate) => gate?.take(monotonic) ?? [])
      if (passes.length === 0) return undefined
      return {
        left: () => passes.forEach((pass) => pass.left()),
        over: () => passes.forEach((pass) => pass.over()),
      }
    },
    isWarm: (lane, monotonic) => lane.gate?.isWarm(monotonic) === true,
    close() {
      for (const gate of applications.values()) gate.close()
      applications.clear()
    },
  }
}
