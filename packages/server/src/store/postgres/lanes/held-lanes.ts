import type { SessionId } from '#domain'
import type { Lane, LaneId } from '../../port/lanes.ts'

/**
 * The lanes that this process knows it owns. If an answer was lost on the way, the database may say that it owns more: then the
 * next claim looks, and brings the rest. Answers may overtake each other, so the epoch says which is the newer.
 */
export interface HeldLanes {
  took(session: SessionId, lanes: readonly Lane[]): void
  /** To be called before lanes are given back; the returned function afterwards, with those that were. It returns those that stayed so. */
  givingBack(session: SessionId, lanes: readonly LaneId[]): (released: readonly LaneId[]) => LaneId[]
  /** An answer was lost. */
  doubt(session: SessionId): void
  /** Whether an answer was lost since this was last asked. */
  doubted(session: SessionId): boolean
  has(session: SessionId, lane: LaneId): boolean
  forget(session: SessionId): void
}

export function createHeldLanes(): HeldLanes {
  const held = new Map<SessionId, Map<LaneId, number>>()
  const doubted = new Set<SessionId>()
  return {
    took(session, lanes) {
      if (lanes.length === 0) return
      let mine = held.get(session)
      if (mine === undefined) held.set(session, (mine = new Map()))
      for (const { lane, epoch } of lanes) mine.set(lane, Math.max(epoch, mine.get(lane) ?? 0))
    },
    givingBack(session, lanes) {
      const mine = held.get(session)
      const epochs = new Map(lanes.map((lane) => [lane, mine?.get(lane)]))
      return (released) =>
        released.filter((lane) => {
          // Another answer overtook this one: the session took the lane again after it was released.
          if (mine?.get(lane) !== epochs.get(lane)) return false
          mine?.delete(lane)
          return true
        })
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
