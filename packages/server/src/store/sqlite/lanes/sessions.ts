import type { Database } from 'better-sqlite3'
import type { SessionId } from '#domain'
import type { Clock } from '#platform'
import { NOBODY } from '../../records/run.ts'
import type { PeerBeat, SessionTakes } from '../../port/sessions.ts'
import type { KnownLanes } from './known-lanes.ts'
import type { Transaction } from '../writes/transaction.ts'

/**
 * The sessions of this one process. They live in memory: who holds a run on disk and is not here is dead. Their rows only show the
 * next start whether this process ended in order.
 */
export interface Sessions {
  alive(id: string): boolean
  /** Alive, and takes lanes that are created idle. */
  takesLanes(id: SessionId): boolean
  /** Who holds a run that this session accepts or wakes: itself, or nobody if it takes none. */
  holderFor(id: SessionId): string
  open(id: SessionId, takes: SessionTakes): void
  beat(id: SessionId): { alive: boolean; now: number; peers: PeerBeat[] }
  reap(dead: SessionId, seen: number): boolean
  close(id: SessionId): void
  freeLanes(dead: SessionId, most: number): number
}

export interface SessionsOptions {
  readonly db: Database
  readonly transaction: Transaction
  readonly clock: Clock
  readonly lanes: KnownLanes
}

export function createSessions({ db, transaction, clock, lanes }: SessionsOptions): Sessions {
  const lives = new Map<string, { beat: number; readonly takes: SessionTakes }>()
  const insert = db.prepare('insert into session (id, alive, beat) values (?, 1, ?)')
  const remove = db.prepare('delete from session where id = ?')
  const countTakeover = db.prepare('update lane set takeovers = takeovers + 1 where lane = ?')

  const markDead = (id: SessionId): void => {
    const life = lives.get(id)
    if (life === undefined) return
    lives.delete(id)
    transaction.onUndo(() => void lives.set(id, life))
    remove.run(id)
  }

  return {
    alive: (id) => lives.has(id),
    takesLanes: (id) => lives.get(id)?.takes.lanes === true,
    holderFor: (id) => (lives.get(id)?.takes.runs === false ? NOBODY : id),
    open(id, takes) {
      if (lives.has(id)) return
      insert.run(id, clock.now())
      lives.set(id, { beat: 0, takes })
      transaction.onUndo(() => void lives.delete(id))
    },
    beat(id) {
      const own = lives.get(id)
      if (own !== undefined) own.beat++
      const peers: PeerBeat[] = []
      for (const [peer, { beat, takes }] of lives) if (peer !== id) peers.push({ id: peer as SessionId, beat, sends: takes.lanes })
      return { alive: own !== undefined, now: clock.now(), peers }
    },
    reap(dead, seen) {
      if (lives.get(dead)?.beat !== seen) return false
      markDead(dead)
      return true
    },
    close: markDead,
    freeLanes(dead, most) {
      if (lives.has(dead)) return 0
      const owned = lanes.ownedBy(dead, most)
      for (const lane of owned) {
        countTakeover.run(lane.lane)
        lanes.free(lane)
        lanes.change(lane, { epoch: lane.epoch + 1, takeovers: lane.takeovers + 1 })
      }
      return owned.length
    },
  }
}

/**
 * After a process that did not end in order, each lane that was due counts a takeover, as if a peer had taken it over: that is how
 * a delivery which kills the process is found. To be called before the lanes are read.
 */
export function countCrash(db: Database, now: number): boolean {
  const crashed = db.prepare('select 1 from session limit 1').get() !== undefined
  if (!crashed) return false
  db.prepare('update lane set takeovers = takeovers + 1 where lane in (select lane from task where due <= ?)').run(now)
  db.prepare('delete from session').run()
  return true
}
