import type { DeliveryId, RunId } from '#domain'
import { readInTurns } from '#platform/plain'
import type { StoredDelivery } from '../records/delivery.ts'
import { laneStates } from '../records/lane.ts'
import { NOBODY } from '../records/run.ts'
import type { LoadedDelivery } from '../port/deliveries.ts'
import type { Engine } from './engine.ts'
import { prepareWakeRun } from './commits/wake-run.ts'
import { prepareManualTasks } from './lanes/manual-tasks.ts'

/** What sending needs to know of deliveries, and what people ask for them: cancel, resend. */
export interface Deliveries {
  load(ids: readonly DeliveryId[]): Promise<LoadedDelivery[]>
  cancel(ids: readonly DeliveryId[], wake: string | null): DeliveryId[]
  cancelRuns(ids: readonly RunId[]): RunId[]
  resend(ids: readonly DeliveryId[]): DeliveryId[]
}

type LoadedRow = StoredDelivery & { event_id: string | null }

export function prepareDeliveries(engine: Engine): Deliveries {
  const { db, clock, lanes } = engine
  const read = db.prepare<[string], LoadedRow>(
    `select d.id, d.application_id, d.lane, d.endpoint_id, d.message_id, d.run_id, d.step_id, d.event_type, d.status, d.attempts, d.retries,
       d.retry_in_seen, d.first_attempt_at, d.next_at, d.created_at, d.finished_at, d.last_status, d.last_failure, d.request,
       d.body, m.event_id
     from delivery d left join message m on m.id = d.message_id where d.id = ?`,
  )
  const payloadOf = db.prepare<[string], Uint8Array | null>('select payload from message where id = ?').pluck()
  const cancelOne = prepareCancel(engine)
  const wakeRun = prepareWakeRun(engine)
  const endRun = db.prepare(
    `update run set status = 'cancelled', finished_at = ?, holder = null, parked_on = null, due_at = null, wake = null, state = null, rev = rev + 1
     where id = ? and finished_at is null`,
  )
  const unsentOf = db.prepare<[string], string>('select id from delivery where run_id = ?').pluck()
  const laneOf = db.prepare<[string], string>('select lane from delivery where id = ?').pluck()
  const manualTasks = prepareManualTasks(db)
  const reopen = db.prepare(
    `update delivery set status = 'waiting', finished_at = null where id = ? and status in ('delivered', 'failed', 'cancelled')`,
  )

  return {
    load(ids) {
      // A message that goes to many endpoints is read once.
      const payloads = new Map<string, Uint8Array | null>()
      return readInTurns(ids, (id) => {
        const row = read.get(id)
        if (row === undefined) return undefined
        const { event_id: eventId, body, ...delivery } = row
        const { message_id: message } = delivery
        if (message === null) return { row: { delivery, eventId, payload: body }, bytes: body?.length ?? 0 }
        const known = payloads.get(message)
        const payload = known === undefined ? (payloadOf.get(message) ?? null) : known
        payloads.set(message, payload)
        return { row: { delivery, eventId, payload }, bytes: known === undefined ? (payload?.length ?? 0) : 0 }
      })
    },
    cancel: (ids, wake) =>
      ids.filter((id) => {
        const cancelled = cancelOne(id)
        if (cancelled?.run) wakeRun({ delivery: id, wake, holder: NOBODY })
        return cancelled !== undefined
      }),
    cancelRuns: (ids) =>
      ids.filter((run) => {
        if (endRun.run(clock.now(), run).changes === 0) return false
        for (const delivery of unsentOf.all(run)) cancelOne(delivery)
        return true
      }),
    resend: (ids) =>
      ids.filter((id) => {
        const name = laneOf.get(id)
        const lane = name === undefined ? undefined : lanes.get(name)
        if (lane === undefined || (lane.state !== laneStates.ready && lane.state !== laneStates.paused)) return false
        manualTasks.insert(lane.lane, clock.now(), id)
        reopen.run(id)
        lanes.reckon(lane)
        return true
      }),
  }
}

/** Ends a delivery that is not terminal and removes its tasks. Returns the run it belongs to; undefined if it was terminal. */
export function prepareCancel({ db, clock, lanes }: Engine): (id: string) => { run: string | null } | undefined {
  const read = db.prepare<[string], { lane: string; next_at: number | null; run_id: string | null }>(
    `select lane, next_at, run_id from delivery where id = ? and status not in ('delivered', 'failed', 'cancelled')`,
  )
  const end = db.prepare(`update delivery set status = 'cancelled', finished_at = ?, next_at = null where id = ?`)
  const removeScheduled = db.prepare('delete from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = 0')
  const manualTasks = prepareManualTasks(db)
  const unblock = db.prepare('update lane set blocked_until = 0, blocked_for = null where lane = ?')
  return (id) => {
    const row = read.get(id)
    if (row === undefined) return undefined
    end.run(clock.now(), id)
    if (row.next_at !== null) removeScheduled.run(row.lane, row.next_at, id)
    manualTasks.removeAll(id)
    const lane = lanes.get(row.lane)
    if (lane !== undefined) {
      // An ordered lane that waited for its next try goes on.
      if (lane.blockedFor === id) {
        unblock.run(lane.lane)
        lanes.change(lane, { blockedUntil: 0, blockedFor: null })
      }
      lanes.reckon(lane)
    }
    return { run: row.run_id }
  }
}
