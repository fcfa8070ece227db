import type { Database } from 'better-sqlite3'
import type { ApplicationId, SessionId } from '#domain'
import { laneStates, NEVER, type LaneState } from '../../records/lane.ts'
import type { Lane, LaneId } from '../../port/lanes.ts'
import { createDueHeap } from './due-heap.ts'
import type { Transaction } from '../writes/transaction.ts'

/**
 * Who owns which lane, and when each is due, in memory: the file is this process's alone, so nothing of it needs a lease on disk.
 * A lane's row keeps its state and counters. Lanes with tasks or an owner are here; of the others only the most recent ones.
 */
export interface KnownLane {
  readonly lane: LaneId
  readonly application: ApplicationId
  state: LaneState
  /** Unowned: when it may be claimed, `NEVER` without tasks. Owned: `NEVER`. */
  nextDue: number
  circuitUntil: number
  blockedUntil: number
  /** The delivery whose next try it waits for. */
  blockedFor: string | null
  throttledUntil: number
  ordered: boolean
  owner: SessionId | null
  epoch: number
  failures: number
  takeovers: number
  place: number
}

export interface Lanes {
  get(lane: LaneId): KnownLane | undefined
  /** Adds its row. Throws the database's own error if it exists. */
  create(lane: Pick<KnownLane, 'lane' | 'application' | 'state' | 'ordered'>): KnownLane
  /** Changes what is known, so that a rollback undoes it, and schedules the lane anew. */
  change(known: KnownLane, change: Partial<Omit<KnownLane, 'lane' | 'application' | 'place'>>): void
  take(known: KnownLane, session: SessionId): void
  /** Takes its owner away and computes when it is due. */
  free(known: KnownLane): void
  /** Computes anew when an unowned lane is due, after its tasks or its state changed. */
  reckon(known: KnownLane): void
  /** The unowned, ready lane that is due first. */
  readonly first: KnownLane | undefined
  ownedBy(session: SessionId, most: number): KnownLane[]
}

/** About 250 bytes each. */
const IDLE_MAX = 100_000

interface LaneRow {
  lane: string
  application_id: string
  state: number
  circuit_until: number
  blocked_until: number
  blocked_for: string | null
  throttled_until: number
  ordered: number
  failures: number
  takeovers: number
}

const COLUMNS = 'lane, application_id, state, circuit_until, blocked_until, blocked_for, throttled_until, ordered, failures, takeovers'

/** `idleMax`: how many lanes are known before those without work are forgotten. */
export function createLanes(db: Database, transaction: Transaction, idleMax = IDLE_MAX): Lanes {
  const known = new Map<LaneId, KnownLane>()
  const due = createDueHeap<KnownLane>()
  let epoch = 0
  const read = db.prepare<[string], LaneRow>(`select ${COLUMNS} from lane where lane = ?`)
  const insert = db.prepare(`insert into lane (lane, application_id, state, next_due, ordered) values (?, ?, ?, ${NEVER}, ?)`)
  const firstDue = db.prepare<[string], number | null>('select min(due) from task where lane = ?').pluck()

  const schedule = (lane: KnownLane): void => {
    if (lane.owner === null && lane.state === laneStates.ready && lane.nextDue < NEVER) due.put(lane)
    else due.remove(lane)
  }

  const remember = (row: LaneRow, nextDue: number): KnownLane => {
    const lane: KnownLane = {
      lane: row.lane,
      application: row.application_id as ApplicationId,
      state: row.state as LaneState,
      nextDue,
      circuitUntil: row.circuit_until,
      blockedUntil: row.blocked_until,
      blockedFor: row.blocked_for,
      throttledUntil: row.throttled_until,
      ordered: row.ordered === 1,
      owner: null,
      epoch: 0,
      failures: row.failures,
      takeovers: row.takeovers,
      place: -1,
    }
    known.set(row.lane, lane)
    schedule(lane)
    return lane
  }

  const change: Lanes['change'] = (lane, values) => {
    const before = { ...lane }
    transaction.onUndo(() => {
      const { place: _, ...rest } = before
      Object.assign(lane, rest)
      schedule(lane)
    })
    Object.assign(lane, values)
    schedule(lane)
    // What has neither work nor owner can be read again, so it goes when too many are known.
    if (known.size > idleMax && lane.owner === null && lane.nextDue === NEVER) forget(lane)
  }

  const forget = (lane: KnownLane): void => {
    transaction.onCommit(() => {
      if (lane.owner === null && lane.nextDue === NEVER) known.delete(lane.lane)
    })
  }

  const reckon = (lane: KnownLane): void => {
    if (lane.owner === null) change(lane, { nextDue: dueOf(lane, firstDue.get(lane.lane) ?? NEVER) })
  }

  // One scan in the order of the key, 0.1 s at a million tasks.
  const waiting = db.prepare<[], LaneRow & { due: number }>(
    `select ${COLUMNS}, due from (select lane as id, min(due) as due from task group by lane) join lane on lane = id`,
  )
  for (const row of waiting.iterate()) {
    const lane = remember(row, NEVER)
    lane.nextDue = dueOf(lane, row.due)
    schedule(lane)
  }

  return {
    get(lane) {
      const here = known.get(lane)
      if (here !== undefined) return here
      const row = read.get(lane)
      return row === undefined ? undefined : remember(row, NEVER)
    },
    create({ lane, application, state, ordered }) {
      const order = ordered ? 1 : 0
      insert.run(lane, application, state, order)
      transaction.onUndo(() => {
        const gone = known.get(lane)
        if (gone === undefined) return
        due.remove(gone)
        known.delete(lane)
      })
      const times = { circuit_until: 0, blocked_until: 0, blocked_for: null, throttled_until: 0, ordered: order }
      return remember({ lane, application_id: application, state, ...times, failures: 0, takeovers: 0 }, NEVER)
    },
    change,
    take: (lane, session) => change(lane, { owner: session, epoch: ++epoch, nextDue: NEVER }),
    free(lane) {
      change(lane, { owner: null, nextDue: dueOf(lane, firstDue.get(lane.lane) ?? NEVER) })
    },
    reckon,
    get first() {
      return due.first
    },
    ownedBy(session, most) {
      const owned: KnownLane[] = []
      for (const lane of known.values()) {
        if (owned.length >= most) break
        if (lane.owner === session) owned.push(lane)
      }
      return owned
    },
  }
}

/** When a lane may be claimed whose first task is due at `first`. */
export function dueOf(lane: KnownLane, first: number): number {
  return first === NEVER ? NEVER : Math.max(first, lane.circuitUntil, lane.blockedUntil, lane.throttledUntil)
}

export function laneFor(lane: KnownLane): Lane {
  const { application, epoch, failures, circuitUntil, blockedUntil, takeovers } = lane
  return { lane: lane.lane, application, epoch, failures, circuitUntil, blockedUntil, takeovers }
}
