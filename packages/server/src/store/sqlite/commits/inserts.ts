import type { ApplicationId, DeliveryId, MessageId, RunId, SessionId } from '#domain'
import { laneStates } from '../../records/lane.ts'
import type { Lane, LaneId, Task } from '../../port/lanes.ts'
import type { NewDelivery, NewMessage } from '../../port/new-work.ts'
import type { Engine } from '../engine.ts'
import { dueOf, laneFor, type KnownLane } from '../lanes/lanes.ts'
import { RefusedError } from '../writes/write-queue.ts'

/** Writes new messages and deliveries with their tasks, and collects what the session may send at once. */
export interface Inserts {
  message(message: NewMessage): void
  step(delivery: NewDelivery, origin: { readonly application: ApplicationId; readonly run: RunId }): void
  /** To be called once, after all. */
  finish(): { readonly lanes: Lane[]; readonly tasks: Task[] }
}

/** Of no session: what is told in passing is sent by whoever claims its lane, or owns it. */
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

interface Origin {
  readonly application: ApplicationId
  readonly message: MessageId | null
  readonly run: RunId | null
}

/** Prepares the statements once; the returned function begins one batch of a session. */
export function prepareInserts(engine: Engine): (session: SessionId) => Inserts {
  const { db, lanes, sessions, transaction, clock } = engine
  const insertMessage = db.prepare(
    `insert into message (id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until, payload)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertDelivery = db.prepare(
    `insert into delivery (id, application_id, lane, endpoint_id, message_id, run_id, step_id, event_type,
       status, attempts, retries, retry_in_seen, next_at, created_at, request, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, ?, ?, ?, ?)`,
  )
  const insertTask = db.prepare('insert into task (lane, due, delivery, manual) values (?, ?, ?, 0)')
  const countSkipped = db.prepare('update lane set skipped = skipped + ? where lane = ?')

  return (session) => {
    const now = clock.now()
    const takes = sessions.takesLanes(session)
    const taken: Lane[] = []
    const tasks: Task[] = []
    const skipped: LaneId[] = []

    /** What a member that is undone had collected goes with it. */
    const collect = <T>(list: T[], item: T): void => {
      list.push(item)
      transaction.onUndo(() => void list.pop())
    }

    const laneOf = (delivery: NewDelivery, application: ApplicationId): KnownLane => {
      const known = lanes.get(delivery.lane)
      if (known !== undefined) return known
      // An endpoint's lane begins with the endpoint; a step's lane with its first delivery.
      if (delivery.endpoint_id === null) return lanes.create({ lane: delivery.lane, application, state: laneStates.ready, ordered: false })
      throw new RefusedError(`there is no lane ${delivery.lane}`)
    }

    const wake = (lane: KnownLane, delivery: DeliveryId): void => {
      if (lane.owner === null) {
        const idle = lane.nextDue > now && dueOf(lane, now) <= now
        if (!takes || !idle || lane.state !== laneStates.ready) {
          const due = dueOf(lane, now)
          if (due < lane.nextDue) lanes.change(lane, { nextDue: due })
          return
        }
        lanes.take(lane, session)
        collect(taken, laneFor(lane))
      }
      if (lane.owner === session && lane.state === laneStates.ready) collect(tasks, { lane: lane.lane, due: now, delivery, manual: false })
    }

    const deliver = (delivery: NewDelivery, origin: Origin): void => {
      const { id, lane, endpoint_id, step_id, event_type, created_at, request, body } = delivery
      const known = laneOf(delivery, origin.application)
      const { application, message, run } = origin
      insertDelivery.run(id, application, lane, endpoint_id, message, run, step_id, event_type, now, created_at, request, body)
      insertTask.run(lane, now, id)
      wake(known, id)
    }

    return {
      message(message) {
        const { id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until = null, payload } = message
        insertMessage.run(id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until, payload)
        const origin = { application: application_id, message: id, run: null }
        for (const delivery of message.deliveries) deliver(delivery, origin)
        for (const lane of message.skipped) collect(skipped, lane)
      },
      step: (delivery, { application, run }) => deliver(delivery, { application, message: null, run }),
      finish() {
        const counts = new Map<LaneId, number>()
        for (const lane of skipped) counts.set(lane, (counts.get(lane) ?? 0) + 1)
        for (const [lane, count] of counts) countSkipped.run(count, lane)
        return { lanes: taken, tasks }
      },
    }
  }
}
