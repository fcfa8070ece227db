import type { Statement } from 'better-sqlite3'
import type { ApplicationId, DeliveryId, MessageId, RunId, SessionId } from '#domain'
import type { Lane, LaneId, Task } from '../../port/lanes.ts'
import type { NewDelivery, NewMessage } from '../../port/new-work.ts'
import { laneStates } from '../../records/lane.ts'
import type { Engine } from '../engine.ts'
import { dueOf, laneFor, type KnownLane } from '../lanes/known-lanes.ts'
import { RefusedError } from '../writes/data-error.ts'

/** Of no session: what is sent in passing goes out by whoever claims its lane, or owns it. */
const NO_SESSION: SessionId = 'ses_nobody'

/** Keeps operational messages in a commit that gives nobody anything to send. */
export function prepareOperational(engine: Engine): (messages: readonly NewMessage[]) => void {
  const beginInserts = prepareInserts(engine)
  return (messages) => {
    const inserts = beginInserts(NO_SESSION)
    for (const message of messages) inserts.message(message)
    inserts.finish()
  }
}

/** Prepares the statements once; the returned function begins one batch of a session. */
export function prepareInserts(engine: Engine): (session: SessionId) => Inserts {
  const statements = prepareStatements(engine)
  return (session) => new Inserts(engine, statements, session)
}

type InsertStatements = Readonly<Record<'message' | 'delivery' | 'task' | 'countSkipped', Statement>>

function prepareStatements({ db }: Engine): InsertStatements {
  return {
    message: db.prepare(
      `insert into message (id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until, payload)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    delivery: db.prepare(
      `insert into delivery (id, application_id, lane, endpoint_id, message_id, run_id, step_id, event_type,
         status, attempts, retries, retry_in_seen, next_at, created_at, request, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, ?, ?, ?, ?)`,
    ),
    task: db.prepare('insert into task (lane, due, delivery, manual) values (?, ?, ?, 0)'),
    countSkipped: db.prepare('update lane set skipped = skipped + ? where lane = ?'),
  }
}

interface Origin {
  readonly application: ApplicationId
  readonly message: MessageId | null
  readonly run: RunId | null
}

/** Writes new messages and deliveries of one batch with their tasks, and collects what the session may send at once. */
export class Inserts {
  readonly #engine: Engine
  readonly #statements: InsertStatements
  readonly #session: SessionId
  readonly #now: number
  readonly #takes: boolean
  readonly #taken: Lane[] = []
  readonly #tasks: Task[] = []
  readonly #skipped: LaneId[] = []

  constructor(engine: Engine, statements: InsertStatements, session: SessionId) {
    this.#engine = engine
    this.#statements = statements
    this.#session = session
    this.#now = engine.clock.now()
    this.#takes = engine.sessions.takesLanes(session)
  }

  message(message: NewMessage): void {
    const { id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until = null, payload } = message
    this.#statements.message.run(id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until, payload)
    const origin = { application: application_id, message: id, run: null }
    for (const delivery of message.deliveries) this.#deliver(delivery, origin)
    for (const lane of message.skipped) this.#collect(this.#skipped, lane)
  }

  step(delivery: NewDelivery, { application, run }: { readonly application: ApplicationId; readonly run: RunId }): void {
    this.#deliver(delivery, { application, message: null, run })
  }

  /** To be called once, after all. */
  finish(): { readonly lanes: Lane[]; readonly tasks: Task[] } {
    const counts = new Map<LaneId, number>()
    for (const lane of this.#skipped) counts.set(lane, (counts.get(lane) ?? 0) + 1)
    for (const [lane, count] of counts) this.#statements.countSkipped.run(count, lane)
    return { lanes: this.#taken, tasks: this.#tasks }
  }

  #deliver(delivery: NewDelivery, { application, message, run }: Origin): void {
    const { id, lane, endpoint_id, step_id, event_type, created_at, request, body } = delivery
    const known = this.#laneOf(delivery, application)
    const now = this.#now
    this.#statements.delivery.run(id, application, lane, endpoint_id, message, run, step_id, event_type, now, created_at, request, body)
    this.#statements.task.run(lane, now, id)
    this.#wake(known, id)
  }

  #laneOf(delivery: NewDelivery, application: ApplicationId): KnownLane {
    const { lanes } = this.#engine
    const known = lanes.get(delivery.lane)
    if (known !== undefined) return known
    // An endpoint's lane begins with the endpoint; a step's lane with its first delivery.
    if (delivery.endpoint_id === null) return lanes.create({ lane: delivery.lane, application, state: laneStates.ready, ordered: false })
    throw new RefusedError(`there is no lane ${delivery.lane}`)
  }

  #wake(lane: KnownLane, delivery: DeliveryId): void {
    const { lanes } = this.#engine
    const now = this.#now
    if (lane.owner === null) {
      const idle = lane.nextDue > now && dueOf(lane, now) <= now
      if (!this.#takes || !idle || lane.state !== laneStates.ready) {
        const due = dueOf(lane, now)
        if (due < lane.nextDue) lanes.change(lane, { nextDue: due })
        return
      }
      lanes.take(lane, this.#session)
      this.#collect(this.#taken, laneFor(lane))
    }
    const isOurs = lane.owner === this.#session && lane.state === laneStates.ready
    if (isOurs) this.#collect(this.#tasks, { lane: lane.lane, due: now, delivery, manual: false })
  }

  /** What a member that is undone had collected goes with it. */
  #collect<T>(list: T[], item: T): void {
    list.push(item)
    this.#engine.transaction.onUndo(() => void list.pop())
  }
}
