import type { SessionId } from '#domain'
import type { HeldRun } from './runs.ts'

/** Lives of processes, and what the dead leave. */
export interface SessionStore {
  /** Begins a process's life in the store, which takes all work unless it is said. */
  openSession(id: SessionId, takes?: SessionTakes): Promise<void>
  /** Renews all that the session owns; also answers the beats of the others. */
  beat(id: SessionId): Promise<Beaten>
  /** Marks a peer dead whose beat still is `seen`. From then on it settles and commits nothing. False: it has beaten, or is dead already. */
  reap(dead: SessionId, seen: number): Promise<boolean>
  /** Ends the caller's own session in order: as `reap`, whatever its beat. Its lanes and runs are then freed and adopted like a dead one's. */
  closeSession(id: SessionId): Promise<void>
  /** Frees up to `most` lanes of a dead session, epoch + 1, takeovers + 1. Returns how many; call until 0. A session that is alive keeps its lanes: 0. */
  freeLanes(dead: SessionId, most: number): Promise<number>
  /** Gives up to `most` unfinished runs of dead sessions, and those of `NOBODY`, to `session` if it takes runs. Call until fewer than `most` come. */
  adoptRuns(session: SessionId, most: number): Promise<readonly HeldRun[]>
}

export interface Beaten {
  /** False: this session was reaped, and may do nothing more. */
  readonly alive: boolean
  readonly now: number
  readonly peers: readonly PeerBeat[]
  /** A migration of a newer program that this one must not work on beside. */
  readonly endedBy?: string
}

/**
 * Which work falls to a session by itself. A process without the rooms for it would hold what nobody else may touch: then lanes stay
 * unowned, and runs that it accepts or wakes are held by `NOBODY`, until a session that takes them asks.
 */
export interface SessionTakes {
  readonly lanes: boolean
  readonly runs: boolean
}

export const TAKES_ALL: SessionTakes = { lanes: true, runs: true }

export interface PeerBeat {
  readonly id: SessionId
  readonly beat: number
  /** It is alive and takes lanes. */
  readonly sends: boolean
}
