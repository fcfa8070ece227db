import type { ApplicationId, DeliveryStatus, RunId, SessionId } from '#domain'
import { failureOf } from '../../failure-of.ts'
import { laneStates } from '../../records/lane.ts'
import type { Task } from '../../port/lanes.ts'
import type { HeldRun } from '../../port/runs.ts'
import type { LaneUpdate, NewAttempt, Settlement, SettleResult } from '../../port/settlement.ts'
import { prepareOperational } from './inserts.ts'
import { eachKept } from '../writes/each-kept.ts'
import type { Engine } from '../engine.ts'
import { prepareManualTasks } from '../lanes/manual-tasks.ts'

type Settle = (session: SessionId, settlements: readonly Settlement[], updates: readonly LaneUpdate[]) => SettleResult[]

/** What a settlement makes of its delivery's row. */
interface Change {
  readonly status: DeliveryStatus
  readonly ended: boolean
  readonly nextAt: number | null
  readonly retried: boolean
  readonly retryInSeen: boolean
  /** Undefined: as it was. */
  readonly failure: string | null | undefined
  /** In an ordered lane it is due as before, and the lane waits. */
  readonly keptPlace?: true
}

export function prepareSettle(engine: Engine): Settle {
  const { db, clock, sessions, lanes, transaction } = engine
  // A time from JavaScript arrives as REAL, and the key is then not sought by it: 14 us against 4 with the cast.
  const removeTask = db.prepare('delete from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = ?')
  const insertTask = db.prepare('insert or ignore into task (lane, due, delivery, manual) values (?, ?, ?, 0)')
  const manualTasks = prepareManualTasks(db)
  const hasTask = db.prepare('select 1 from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = 0')
  const nextAtOf = db.prepare<[string], number | null>('select next_at from delivery where id = ?').pluck()
  const insertAttempt = prepareInsertAttempt(engine)
  const updateDelivery = prepareUpdateDelivery(engine)
  const wakeRun = prepareWakeRun(engine)
  const updateLane = prepareUpdateLane(engine)
  const tell = prepareOperational(engine)
  const blockLane = db.prepare('update lane set blocked_until = ?, blocked_for = ? where lane = ?')
  const resetTakeovers = db.prepare('update lane set takeovers = 0 where lane = ?')

  const placeOf = (task: Task, due: number): { readonly due: number; readonly keptPlace?: true } =>
    lanes.get(task.lane)?.ordered ? { due: task.due, keptPlace: true } : { due }

  const afterScheduled = (settlement: Settlement, now: number): Change => {
    const { task, next } = settlement
    const failure = failureOf(settlement)
    if (next.kind === 'end') {
      return { status: next.status, ended: true, nextAt: null, retried: false, retryInSeen: false, failure }
    }
    const { due, ...kept } = placeOf(task, now + next.waitMs)
    insertTask.run(task.lane, due, task.delivery)
    if (next.kind === 'wait')
      return { status: next.status, ended: false, nextAt: due, retried: false, retryInSeen: false, failure, ...kept }
    return { status: 'waiting', ended: false, nextAt: due, retried: true, retryInSeen: next.retryInSeen, failure, ...kept }
  }

  /** A manual attempt that does not deliver leaves the schedule alone. */
  const afterManual = (settlement: Settlement, now: number): Change => {
    const { task, next } = settlement
    const nextAt = nextAtOf.get(task.delivery) ?? null
    const scheduled = nextAt !== null && hasTask.get(task.lane, nextAt, task.delivery) !== undefined
    if (next.kind === 'end') {
      if (next.status === 'delivered') {
        if (scheduled) removeTask.run(task.lane, nextAt, task.delivery, 0)
      } else if (scheduled) {
        return { ...afterScheduled(settlement, now), status: 'waiting', ended: false, nextAt }
      }
      return afterScheduled(settlement, now)
    }
    const { due, ...kept } = placeOf(task, now + next.waitMs)
    manualTasks.insert(task.lane, due, task.delivery)
    const retried = next.kind === 'retry'
    const status = next.kind === 'wait' ? next.status : 'waiting'
    return {
      status,
      ended: false,
      nextAt,
      retried,
      retryInSeen: retried && next.retryInSeen,
      failure: failureOf(settlement),
      ...kept,
    }
  }

  const settleOne = (session: SessionId, settlement: Settlement, now: number): SettleResult => {
    const { task, attempt } = settlement
    if (removeTask.run(task.lane, task.due, task.delivery, task.manual ? 1 : 0).changes === 0) return { settled: false, woken: null }
    if (task.manual) manualTasks.forget(task.due, task.delivery)
    const change = task.manual ? afterManual(settlement, now) : afterScheduled(settlement, now)
    // The row of an attempt says when the next one is, also where the task keeps its due.
    const again = change.keptPlace && settlement.next.kind !== 'end' ? now + settlement.next.waitMs : change.nextAt
    if (attempt !== null) insertAttempt(attempt, again)
    updateDelivery(task, attempt, { ...change, now })
    const woken = change.ended ? wakeRun(session, task, settlement.wake) : null
    settleLane(settlement)
    if (settlement.operational !== undefined) tell(settlement.operational)
    return change.keptPlace ? { settled: true, woken, keptPlace: true } : { settled: true, woken }
  }

  /** Nothing comes after it before it is tried again. */
  const block = ({ task, next }: Settlement, now: number): void => {
    const lane = lanes.get(task.lane)
    if (lane === undefined || next.kind === 'end') return
    const blockedUntil = Math.max(lane.blockedUntil, now + next.waitMs)
    blockLane.run(blockedUntil, task.delivery, task.lane)
    lanes.change(lane, { blockedUntil, blockedFor: task.delivery })
    lanes.reckon(lane)
  }

  const settleLane = ({ task, cutOff }: Settlement): void => {
    const lane = lanes.get(task.lane)
    if (lane === undefined) return
    if (lane.takeovers > 0 && !cutOff) {
      resetTakeovers.run(lane.lane)
      lanes.change(lane, { takeovers: 0 })
    }
    lanes.reckon(lane)
  }

  return (session, settlements, updates) => {
    if (!sessions.alive(session)) return settlements.map(() => ({ settled: false, woken: null }))
    const now = clock.now()
    const results = eachKept<Settlement, SettleResult>(transaction, settlements, {
      apply: (settlement) => settleOne(session, settlement, now),
      refuse: (refused) => ({ settled: false, woken: null, refused }),
    })
    for (const update of updates) updateLane(session, update, now)
    for (const [i, result] of results.entries()) if (result.keptPlace) block(settlements[i]!, now)
    return results
  }
}

function prepareInsertAttempt({ db }: Engine): (attempt: NewAttempt, nextAt: number | null) => void {
  const insert = db.prepare(
    `insert into attempt (id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms,
       url, status, failure, detail, next_at, phases, request_headers, response_headers, response_truncated, response_body,
       request_bytes, request_body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (attempt, nextAt) => {
    const { id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms } = attempt
    const { url, status, failure, detail, phases, request_headers, response_headers, response_truncated, response_body } = attempt
    const { request_bytes, request_body } = attempt
    insert.run(
      ...[id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms],
      ...[url, status, failure, detail, nextAt, phases, request_headers, response_headers, response_truncated, response_body],
      ...[request_bytes, request_body],
    )
  }
}

function prepareUpdateDelivery({ db }: Engine) {
  const update = db.prepare(
    `update delivery set status = ?, finished_at = ?, next_at = ?, attempts = attempts + ?, retries = retries + ?,
       retry_in_seen = max(retry_in_seen, ?), first_attempt_at = coalesce(first_attempt_at, ?),
       last_status = iif(?, ?, last_status), last_failure = iif(?, ?, last_failure)
     where id = ?`,
  )
  return (task: Task, attempt: NewAttempt | null, change: Change & { now: number }): void => {
    const tried = attempt === null ? 0 : 1
    update.run(
      ...[change.status, change.ended ? change.now : null, change.nextAt, tried, change.retried ? 1 : 0],
      ...[change.retryInSeen ? 1 : 0, attempt?.started_at ?? null],
      ...[tried, attempt?.status ?? null, change.failure === undefined ? 0 : 1, change.failure ?? null],
      task.delivery,
    )
  }
}

function prepareWakeRun({ db, sessions }: Engine) {
  const runWakes = db.prepare<unknown[], { id: string; rev: number; application_id: string }>(
    `update run set status = 'queued', wake = ?, holder = ?, rev = rev + 1, parked_on = null
     where id = (select run_id from delivery where id = ?) and parked_on = ?
     returning id, rev, application_id`,
  )
  return (session: SessionId, { lane, delivery }: Task, wake: string | null): HeldRun | null => {
    // A run parks on a delivery of its own step, and only the lanes of steps have a slash: endpoints are spared the search.
    const holder = sessions.holderFor(session)
    const row = lane.includes('/') ? runWakes.get(wake, holder, delivery, delivery) : undefined
    return row === undefined || holder !== session
      ? null
      : { run: row.id as RunId, application: row.application_id as ApplicationId, rev: row.rev }
  }
}

function prepareUpdateLane(engine: Engine) {
  const { db, lanes, configuration } = engine
  const tell = prepareOperational(engine)
  const update = db.prepare(
    'update lane set failures = ?, circuit_until = ?, blocked_until = ?, blocked_for = ?, takeovers = 0 where lane = ?',
  )
  const stopLane = db.prepare('update lane set state = ? where lane = ?')
  const stopEndpoint = db.prepare(
    `update endpoint set state = ?, updated_at = ? where id = ? and state in ('active', ?) and deleted_at is null`,
  )
  return (session: SessionId, change: LaneUpdate, now: number): void => {
    const lane = lanes.get(change.lane)
    // Only the owner knows a lane: what a former one still says is old.
    if (lane === undefined || lane.owner !== session) return
    const circuitUntil = change.circuitInMs > 0 ? now + change.circuitInMs : 0
    // What is to be tried again keeps the lane waiting, whatever another attempt of it showed.
    const head = lane.blockedFor !== null && lane.blockedUntil > now ? { until: lane.blockedUntil, blockedFor: lane.blockedFor } : null
    const blockedUntil = Math.max(change.blockedInMs > 0 ? now + change.blockedInMs : 0, head?.until ?? 0)
    const blockedFor = head?.blockedFor ?? null
    update.run(change.failures, circuitUntil, blockedUntil, blockedFor, change.lane)
    lanes.change(lane, { failures: change.failures, circuitUntil, blockedUntil, blockedFor, takeovers: 0 })
    const { stop } = change
    // A pause leaves what is disabled alone; disabling also ends a pause.
    if (stop === null || stopEndpoint.run(stop.state, now, change.lane, stop.state === 'disabled' ? 'paused' : 'active').changes === 0)
      return
    const state = laneStates[stop.state]
    stopLane.run(state, change.lane)
    lanes.change(lane, { state })
    configuration.raiseAny(lane.application)
    configuration.audit(stop.audit)
    configuration.changed(lane.application)
    if (stop.operational !== undefined) tell(stop.operational)
  }
}
