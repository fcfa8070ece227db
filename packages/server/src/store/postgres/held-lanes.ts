import type { SessionId } from '#domain'
import type { Lane, LaneId } from '../store.ts'

/**
 * The lanes that this process was told it owns. If an answer was lost on the way, the database may say that it owns more: then the
 * next claim looks, and tells the rest.
 */
export interface HeldLanes {
  took(session: SessionId, lanes: readonly Lane[]): void
  gaveBack(session: SessionId, lanes: readonly LaneId[]): void
  /** An answer was lost. */
  doubt(session: SessionId): void
  /** Whether an answer was lost since this was last asked. */
  doubted(session: SessionId): boolean
  has(session: SessionId, lane: LaneId): boolean
  forget(session: SessionId): void
}

export function createHeldLanes(): HeldLanes {
  const held = new Map<SessionId, Set<LaneId>>()
  const doubted = new Set<SessionId>()
  return {
    took(session, lanes) {
      if (lanes.length === 0) return
      let mine = held.get(session)
      if (mine === undefined) held.set(session, (mine = new Set()))
      for (const { lane } of lanes) mine.add(lane)
    },
    gaveBack(session, lanes) {
      const mine = held.get(session)
      for (const lane of lanes) mine?.delete(lane)
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
