import type { HeldLane } from './held-lane.ts'

/** Lanes with an open circuit may use this part of the slots for their probes. */
const PROBES_SHARE = 0.3
/** Up to this part of the slots anybody may start; beyond, only those who have less than their share. */
const CROWDED_FROM = 0.5

/**
 * The attempts that may be under way in this process at the same time, and who gets the next one. Probes are kept in their part, so that
 * a thousand dead receivers cost the living ones nothing. Where slots run short, lanes and applications that have their fair share wait
 * for those that have less: a slow receiver holds its slots long, and turns alone would let slow ones take all of them in the end.
 */
export interface Slots {
  readonly underWay: number
  readonly full: boolean
  /** Who has its fair share waits for those that have less. */
  readonly crowded: boolean
  /** Whether the lane may start one more, as far as others are concerned. */
  admits(lane: HeldLane): boolean
  /** Takes a slot, and counts it on the lane. Call what it returns when the attempt is over. */
  take(lane: HeldLane): () => void
}

export function createSlots(max: number): Slots {
  const probesMax = Math.max(1, Math.floor(max * PROBES_SHARE))
  const byApplication = new Map<string, number>()
  let underWay = 0
  let probes = 0
  let busyLanes = 0

  return {
    get underWay() {
      return underWay
    },
    get full() {
      return underWay >= max
    },
    get crowded() {
      return underWay >= max * CROWDED_FROM
    },
    admits(lane) {
      if (lane.isProbed && probes >= probesMax) return false
      if (underWay < max * CROWDED_FROM) return true
      return lane.inFlight < Math.ceil(max / busyLanes) && (byApplication.get(lane.application) ?? 0) < Math.ceil(max / byApplication.size)
    },
    take(lane) {
      const isProbe = lane.isProbed
      underWay++
      if (isProbe) probes++
      if (lane.inFlight++ === 0) busyLanes++
      byApplication.set(lane.application, (byApplication.get(lane.application) ?? 0) + 1)
      return () => {
        underWay--
        if (isProbe) probes--
        if (--lane.inFlight === 0) busyLanes--
        const left = byApplication.get(lane.application)! - 1
        if (left > 0) byApplication.set(lane.application, left)
        else byApplication.delete(lane.application)
      }
    },
  }
}
