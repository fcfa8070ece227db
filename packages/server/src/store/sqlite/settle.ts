import type { ApplicationId, DeliveryStatus, RunId, SessionId } from '#domain'
import { laneStates } from '../schema.ts'
import type { HeldRun, LaneUpdate, NewAttempt, Settlement, SettleResult, Task } from '../store.ts'
import { eachKept } from './each-kept.ts'
import type { Engine } from './engine.ts'

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
}

export function prepareSettle(engine: Engine): Settle {
  const { db, clock, sessions, lanes, transaction } = engine
  // A time from JavaScript arrives as REAL, and the key is then not sought by it: 14 us against 4 with the cast.
  const removeTask = db.prepare('delete from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = ?')
  const insertTask = db.prepare('insert or ignore into task (lane, due, delivery, manual) values (?, ?, ?, ?)')
  const hasTask = db.prepare('select 1 from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = 0')
  const nextAtOf = db.prepare<[string], number | null>('select next_at from delivery where id = ?').pluck()
  const insertAttempt = prepareInsertAttempt(engine)
  const updateDelivery = prepareUpdateDelivery(engine)
  const wakeRun = prepareWakeRun(engine)
  const updateLane = prepareUpdateLane(engine)
  const resetTakeovers = db.prepare('update lane set takeovers = 0 where lane = ?')

  const afterScheduled = ({ task, next, attempt }: Settlement, now: number): Change => {
    if (next.kind === 'end') {
      const failure = next.failure ?? (next.status === 'delivered' ? null : attempt?.failure)
      return { status: next.status, ended: true, nextAt: null, retried: false, retryInSeen: false, failure }
    }
    const due = now + next.waitMs
    insertTask.run(task.lane, due, task.delivery, 0)
    const failure = attempt?.failure
    if (next.kind === 'wait') return { status: next.status, ended: false, nextAt: due, retried: false, retryInSeen: false, failure }
    return { status: 'waiting', ended: false, nextAt: due, retried: true, retryInSeen: next.retryInSeen, failure }
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
    insertTask.run(task.lane, now + next.waitMs, task.delivery, 1)
    const retried = next.kind === 'retry'
    const status = next.kind === 'wait' ? next.status : 'waiting'
    return { status, ended: false, nextAt, retried, retryInSeen: retried && next.retryInSeen, failure: settlement.attempt?.failure }
  }

  const settleOne = (session: SessionId, settlement: Settlement, now: number): SettleResult => {
    const { task, attempt } = settlement
    if (removeTask.run(task.lane, task.due, task.delivery, task.manual ? 1 : 0).changes === 0) return { settled: false, woken: null }
    const change = task.manual ? afterManual(settlement, now) : afterScheduled(settlement, now)
    if (attempt !== null) insertAttempt(attempt, change.nextAt)
    updateDelivery(task, attempt, { ...change, now })
    const woken = change.ended ? wakeRun(session, task, settlement.wake) : null
    settleLane(task)
    return { settled: true, woken }
  }

  const settleLane = (task: Task): void => {
    const lane = lanes.get(task.lane)
    if (lane === undefined) return
    if (lane.takeovers > 0) {
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
    return results
  }
}

function prepareInsertAttempt({ db }: Engine): (attempt: NewAttempt, nextAt: number | null) => void {
  const insert = db.prepare(
    `insert into attempt (id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms,
       url, status, failure, detail, next_at, phases, request_headers, response_headers, response_truncated, response_body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (attempt, nextAt) => {
    const { id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms } = attempt
    const { url, status, failure, detail, phases, request_headers, response_headers, response_truncated, response_body } = attempt
    insert.run(
      ...[id, application_id, delivery_id, endpoint_id, message_id, event_type, n, manual, ok, started_at, duration_ms],
      ...[url, status, failure, detail, nextAt, phases, request_headers, response_headers, response_truncated, response_body],
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

function prepareUpdateLane({ db, lanes, configuration }: Engine) {
  const update = db.prepare('update lane set failures = ?, circuit_until = ?, blocked_until = ?, takeovers = 0 where lane = ?')
  const disableLane = db.prepare('update lane set state = ? where lane = ?')
  const disableEndpoint = db.prepare(
    `update endpoint set state = 'disabled', updated_at = ? where id = ? and state <> 'disabled' and deleted_at is null`,
  )
  return (session: SessionId, change: LaneUpdate, now: number): void => {
    const lane = lanes.get(change.lane)
    // Only the owner knows a lane: what a former one still says is old.
    if (lane === undefined || lane.owner !== session) return
    const circuitUntil = change.circuitInMs > 0 ? now + change.circuitInMs : 0
    const blockedUntil = change.blockedInMs > 0 ? now + change.blockedInMs : 0
    update.run(change.failures, circuitUntil, blockedUntil, change.lane)
    lanes.change(lane, { failures: change.failures, circuitUntil, blockedUntil, takeovers: 0 })
    if (change.disable === null || disableEndpoint.run(now, change.lane).changes === 0) return
    disableLane.run(laneStates.disabled, change.lane)
    lanes.change(lane, { state: laneStates.disabled })
    configuration.raiseAny(lane.application)
    configuration.audit(change.disable.audit)
    configuration.changed(lane.application)
  }
}
