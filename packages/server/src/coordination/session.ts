import type { Ids, SessionId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import { CommitUnknownError, TAKES_ALL, type HeldRun, type PeerBeat, type SessionTakes, type Store } from '#store'

/**
 * A process's life in the store. It owns lanes and runs under the session's id while it beats.
 *
 *   opening --opened--> alive --four seconds without a good beat, or reaped--> lost --the store answers--> opening (a new id)
 *   any --stop()--> stopped: closed by itself, lanes freed, so that others go on at once
 *
 * A lost life never comes back: rooms drop all that they hold, sockets are destroyed, and what was owned is freed and adopted as
 * if another process had died, also by this process under its new id. So there is one case to get right, not two.
 */
export interface Session {
  /** The id of the present life. Keep it with what was claimed or accepted under it, and settle under that one. */
  readonly id: SessionId
  /**
   * Ask before each send. False from four seconds after the last good beat was sent, by either clock, and while no life is open;
   * true again after the next good beat if only wall time said so.
   */
  mayAct(): boolean
  /** Sessions that were alive at the last beat and send, this one among them. They share what an application may send. */
  readonly senders: number
  /** Opens, beats, frees and adopts what dead sessions left. Rejects if the store cannot be reached. */
  start(): Promise<void>
  /** Closes the session and frees its lanes. Stop the rooms first. */
  stop(): Promise<void>
}

export interface SessionOptions {
  readonly store: Pick<Store, 'engine' | 'openSession' | 'beat' | 'reap' | 'closeSession' | 'freeLanes' | 'adoptRuns' | 'onHint'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'info' | 'warn'>
  /** Unfinished runs that are this session's from now on. The next ones are adopted when its promise resolves. */
  readonly onAdopted: (runs: readonly HeldRun[]) => void | Promise<void>
  /** Absent: all work. */
  readonly takes?: SessionTakes
  /** Called once for each lost life, synchronously: destroy sockets, forget lanes, tasks and runs of `lost`. `id` may change after it. */
  readonly onLost: (lost: SessionId) => void
}

const BEAT_MS = 1000
/** A process acts no more this long after it sent its last good beat. One second before a peer may call it dead. */
const SILENT_MS = 4000
/** A peer is dead when its beat stood still this long on our monotonic clock, while our own beats succeeded. */
const DEAD_MS = 5000
/** After a gap this long in our own good beats nothing is known of the others: watching begins anew. */
const GAP_MS = 2500
const CHUNK = 256

export function createSession(options: SessionOptions): Session {
  const { store, clock, ids, log, takes = TAKES_ALL } = options
  let id = ids.make('ses')
  let open = false
  let stopped = false
  let sentMonotonic = 0
  let sentWall = 0
  let watchedAt = 0
  /** Our own former life, to be closed as soon as the store answers. */
  let orphan: SessionId | undefined
  let dead: readonly PeerBeat[] = []
  let senders = 1
  let beating: Promise<void> | undefined
  let nextBeatAt = 0
  let timer: Timer | undefined
  const watched = new Map<SessionId, { beat: number; since: number }>()

  /** An embedded store is this process's alone: nobody takes over, so silence costs nothing. */
  const shared = store.engine === 'postgres'
  const silent = (): boolean => shared && clock.monotonic() - sentMonotonic >= SILENT_MS
  /** Wall time sees what monotonic time sleeps through (a suspended machine). As it also jumps, it pauses a life and never ends one. */
  const slept = (): boolean => shared && clock.now() - sentWall >= SILENT_MS
  const mayAct = (): boolean => open && !silent() && !slept()

  /** Begins a life. The first beat counts from before it was opened. */
  const begin = async (): Promise<void> => {
    const monotonic = clock.monotonic()
    const wall = clock.now()
    await store.openSession(id, takes)
    if (stopped) return
    sentMonotonic = monotonic
    sentWall = wall
    open = true
    watched.clear()
    log.info('store.session.opened', { session: id })
  }

  const lose = (why: string): void => {
    if (!open) return
    open = false
    const lost = id
    log.warn('store.session.lost', { session: lost, why })
    options.onLost(lost)
    id = ids.make('ses')
    orphan = lost
  }

  const free = async (dead: SessionId): Promise<void> => {
    while ((await store.freeLanes(dead, CHUNK)) > 0);
  }

  const adopt = async (): Promise<void> => {
    const session = id
    for (;;) {
      const runs = await store.adoptRuns(session, CHUNK)
      if (session !== id || !open) return
      if (runs.length > 0) {
        log.info('store.session.adopted', { session, runs: runs.length })
        await options.onAdopted(runs)
      }
      if (runs.length < CHUNK) return
    }
  }

  /** Who died, by the beats of all: those that stood still for `DEAD_MS` while ours succeeded. */
  const watch = (peers: readonly PeerBeat[]): PeerBeat[] => {
    const now = clock.monotonic()
    if (now - watchedAt > GAP_MS) watched.clear()
    watchedAt = now
    const present = new Set(peers.map((peer) => peer.id))
    for (const known of watched.keys()) if (!present.has(known)) watched.delete(known)
    const still: PeerBeat[] = []
    for (const peer of peers) {
      const seen = watched.get(peer.id)
      if (seen === undefined || seen.beat !== peer.beat) watched.set(peer.id, { beat: peer.beat, since: now })
      else if (now - seen.since >= DEAD_MS) still.push(peer)
    }
    return still
  }

  /** One at a time, apart from the beat, so that a large estate does not silence the heir. Asked meanwhile, it is done once more. */
  const inTurn = (name: string, work: () => Promise<void>): (() => void) => {
    let busy = false
    let again = false
    const turn = (): void => {
      again = busy
      if (busy) return
      busy = true
      const heir = id
      work()
        .catch((error: unknown) => {
          log.warn(`store.session.${name}_failed`, { session: heir, error })
          // Lanes or runs may be ours that we never heard of: a new life takes them over.
          if (error instanceof CommitUnknownError && heir === id) lose('answer lost')
        })
        .finally(() => {
          busy = false
          if (again && open) turn()
        })
    }
    return turn
  }

  const bury = inTurn('burial', async () => {
    for (const peer of dead) {
      if (await store.reap(peer.id, peer.beat)) log.warn('store.session.reaped', { session: peer.id })
      // Also when it was dead already: its reaper may have died before all was free. One that has beaten keeps its lanes.
      await free(peer.id)
    }
  })

  /** Runs of the dead, of sessions that closed, and those of nobody, whose callers may be waiting at a process that takes no runs. */
  const inherit = inTurn('adoption', adopt)
  store.onHint(({ runs }) => {
    if (runs && open && takes.runs) inherit()
  })

  const pulse = async (): Promise<void> => {
    if (!open) {
      if (orphan !== undefined) {
        await store.closeSession(orphan)
        await free(orphan)
        orphan = undefined
      }
      await begin()
      return
    }
    const session = id
    const monotonic = clock.monotonic()
    const wall = clock.now()
    const { alive, peers } = await store.beat(session)
    if (session !== id || stopped) return
    if (!alive) return lose('reaped')
    // The answer may have taken longer than a life lasts: what was lost meanwhile stays lost.
    if (silent()) return lose('silent')
    sentMonotonic = monotonic
    sentWall = wall
    dead = watch(peers)
    senders = 1 + peers.filter((peer) => peer.sends).length
    if (dead.length > 0) bury()
  }

  /** Looks four times a second, so that silence is noticed in time even while a beat hangs, and that runs of nobody start soon. */
  const tick = (): void => {
    if (stopped) return
    if (open && silent()) lose('silent')
    if (open && takes.runs) inherit()
    if (beating === undefined && clock.monotonic() >= nextBeatAt) {
      nextBeatAt = clock.monotonic() + BEAT_MS
      beating = pulse()
        .catch((error: unknown) => {
          log.warn('store.session.beat_failed', { session: id, error })
          nextBeatAt = 0 // the next tick tries again: a life is short
        })
        .finally(() => {
          beating = undefined
        })
    }
    timer = clock.after(BEAT_MS / 4, tick)
  }

  return {
    get id() {
      return id
    },
    mayAct,
    get senders() {
      return senders
    },
    async start() {
      await begin()
      watchedAt = clock.monotonic()
      tick()
      if (takes.runs) await adopt()
    },
    async stop() {
      if (stopped) return
      stopped = true
      timer?.cancel()
      await beating
      open = false
      try {
        for (const last of orphan === undefined ? [id] : [orphan, id]) {
          await store.closeSession(last)
          await free(last)
        }
      } catch (error) {
        log.warn('store.session.close_failed', { session: id, error })
      }
    },
  }
}
