import type { Database, Statement } from 'better-sqlite3'
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

/**
 * What is known of lanes. A rollback undoes each change, and a lane is scheduled anew with each.
 *
 *   unknown --asked for, created, or found with tasks at the start--> known
 *   known --without tasks and owner, when too many are--> unknown
 *
 * What must hold: a lane with tasks or an owner is known; due is what is unowned, ready and has tasks, and nothing else.
 */
export class KnownLanes {
  readonly #transaction: Transaction
  readonly #idleMax: number
  readonly #known = new Map<LaneId, KnownLane>()
  readonly #due = createDueHeap<KnownLane>()
  readonly #read: Statement<[string], LaneRow>
  readonly #insert: Statement
  readonly #firstDue: Statement<[string], number | null>
  #epoch = 0

  /** `idleMax`: how many lanes are known before those without work are forgotten. */
  constructor(db: Database, transaction: Transaction, idleMax = IDLE_MAX) {
    this.#transaction = transaction
    this.#idleMax = idleMax
    this.#read = db.prepare(`select ${COLUMNS} from lane where lane = ?`)
    this.#insert = db.prepare(`insert into lane (lane, application_id, state, next_due, ordered) values (?, ?, ?, ${NEVER}, ?)`)
    this.#firstDue = db.prepare<[string], number | null>('select min(due) from task where lane = ?').pluck()
    this.#readWaiting(db)
  }

  get(lane: LaneId): KnownLane | undefined {
    const here = this.#known.get(lane)
    if (here !== undefined) return here
    const row = this.#read.get(lane)
    if (row === undefined) return undefined
    const read = this.#remember(row)
    this.#bound(read)
    return read
  }

  get size(): number {
    return this.#known.size
  }

  /** Adds its row. Throws the database's own error if it exists. */
  create({ lane, application, state, ordered }: Pick<KnownLane, 'lane' | 'application' | 'state' | 'ordered'>): KnownLane {
    const order = ordered ? 1 : 0
    this.#insert.run(lane, application, state, order)
    this.#transaction.onUndo(() => {
      const gone = this.#known.get(lane)
      if (gone === undefined) return
      this.#due.remove(gone)
      this.#known.delete(lane)
    })
    const times = { circuit_until: 0, blocked_until: 0, blocked_for: null, throttled_until: 0, ordered: order }
    return this.#remember({ lane, application_id: application, state, ...times, failures: 0, takeovers: 0 })
  }

  /** Changes what is known, so that a rollback undoes it, and schedules the lane anew. */
  change(lane: KnownLane, values: Partial<Omit<KnownLane, 'lane' | 'application' | 'place'>>): void {
    const before = { ...lane }
    this.#transaction.onUndo(() => {
      const { place: _, ...rest } = before
      Object.assign(lane, rest)
      this.#schedule(lane)
    })
    Object.assign(lane, values)
    this.#schedule(lane)
    this.#bound(lane)
  }

  take(lane: KnownLane, session: SessionId): void {
    this.change(lane, { owner: session, epoch: ++this.#epoch, nextDue: NEVER })
  }

  /** Takes its owner away and computes when it is due. */
  free(lane: KnownLane): void {
    this.change(lane, { owner: null, nextDue: this.#nextDueOf(lane) })
  }

  /** Computes anew when an unowned lane is due, after its tasks or its state changed. */
  reckon(lane: KnownLane): void {
    if (lane.owner === null) this.change(lane, { nextDue: this.#nextDueOf(lane) })
  }

  /** The unowned, ready lane that is due first. */
  get first(): KnownLane | undefined {
    return this.#due.first
  }

  ownedBy(session: SessionId, most: number): KnownLane[] {
    const owned: KnownLane[] = []
    for (const lane of this.#known.values()) {
      if (owned.length >= most) break
      if (lane.owner === session) owned.push(lane)
    }
    return owned
  }

  /** One scan in the order of the key, 0.1 s at a million tasks. */
  #readWaiting(db: Database): void {
    const waiting = db.prepare<[], LaneRow & { due: number }>(
      `select ${COLUMNS}, due from (select lane as id, min(due) as due from task group by lane) join lane on lane = id`,
    )
    for (const row of waiting.iterate()) {
      const lane = this.#remember(row)
      lane.nextDue = dueOf(lane, row.due)
      this.#schedule(lane)
    }
  }

  #nextDueOf(lane: KnownLane): number {
    return dueOf(lane, this.#firstDue.get(lane.lane) ?? NEVER)
  }

  #schedule(lane: KnownLane): void {
    if (lane.owner === null && lane.state === laneStates.ready && lane.nextDue < NEVER) this.#due.put(lane)
    else this.#due.remove(lane)
  }

  #remember(row: LaneRow): KnownLane {
    const lane: KnownLane = {
      lane: row.lane,
      application: row.application_id as ApplicationId,
      state: row.state as LaneState,
      nextDue: NEVER,
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
    this.#known.set(row.lane, lane)
    this.#schedule(lane)
    return lane
  }

  /** What has neither work nor owner can be read again, so it goes when too many are known. */
  #bound(lane: KnownLane): void {
    if (this.#known.size <= this.#idleMax || !isIdle(lane)) return
    this.#transaction.onCommit(() => {
      if (isIdle(lane)) this.#known.delete(lane.lane)
    })
  }
}

function isIdle({ owner, nextDue }: KnownLane): boolean {
  return owner === null && nextDue === NEVER
}

/** When a lane may be claimed whose first task is due at `first`. */
export function dueOf(lane: KnownLane, first: number): number {
  return first === NEVER ? NEVER : Math.max(first, lane.circuitUntil, lane.blockedUntil, lane.throttledUntil)
}

export function laneFor(lane: KnownLane): Lane {
  const { application, epoch, failures, circuitUntil, blockedUntil, takeovers } = lane
  return { lane: lane.lane, application, epoch, failures, circuitUntil, blockedUntil, takeovers }
}
