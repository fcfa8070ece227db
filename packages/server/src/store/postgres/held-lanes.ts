import type { SessionId } from '#domain'
import type { Lane, LaneId } from '../store.ts'

/**
 * The lanes that this process was told it owns. If an answer was lost on the way, the database may say that it owns more: then the
 * next claim looks, and tells the rest. And it knows which lanes were taken over, so that their next settle resets the count.
 */
export interface HeldLanes {
  took(session: SessionId, lanes: readonly Lane[]): void
  gaveBack(session: SessionId, lanes: readonly LaneId[]): void
  /** Of these lanes, those that were taken over since they last settled. They count as settled from now on. */
  takenOver(session: SessionId, lanes: Iterable<LaneId>): LaneId[]
  /** An answer was lost. */
  doubt(session: SessionId): void
  /** Whether an answer was lost since this was last asked. */
  doubted(session: SessionId): boolean
  has(session: SessionId, lane: LaneId): boolean
  forget(session: SessionId): void
}

export function createHeldLanes(): HeldLanes {
  /** Whether each was taken over. */
  const held = new Map<SessionId, Map<LaneId, boolean>>()
  const doubted = new Set<SessionId>()
  return {
    took(session, lanes) {
      if (lanes.length === 0) return
      let mine = held.get(session)
      if (mine === undefined) held.set(session, (mine = new Map()))
      for (const { lane, takeovers } of lanes) mine.set(lane, takeovers > 0)
    },
    gaveBack(session, lanes) {
      const mine = held.get(session)
      for (const lane of lanes) mine?.delete(lane)
    },
    takenOver(session, lanes) {
      const mine = held.get(session)
      const found: LaneId[] = []
      if (mine === undefined) return found
      for (const lane of lanes) {
        if (mine.get(lane) !== true) continue
        mine.set(lane, false)
        found.push(lane)
      }
      return found
    },
    doubt: (session) => void doubted.add(session),
    doubted: (session) => doubted.delete(session),
    has: (session, lane) => held.get(session)?.has(lane) === true,
    forget(session) {
      held.delete(session)
      doubted.delete(session)
    },
  }
}
