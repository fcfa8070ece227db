import type { SessionId } from '#domain'
import type { Task } from '../../port/lanes.ts'
import type { HeldRun } from '../../port/runs.ts'
import type { LaneUpdate, NewAttempt, Settlement, SettleResult } from '../../port/settlement.ts'
import type { Engine } from '../engine.ts'
import { eachKept } from '../writes/each-kept.ts'
import { prepareChangeOf, type Change } from './change-of.ts'
import { prepareOperational } from './inserts.ts'
import { prepareSettleLane, prepareUpdateLane } from './settle-lane.ts'
import { prepareWakeRun } from './wake-run.ts'

type Settle = (session: SessionId, settlements: readonly Settlement[], updates: readonly LaneUpdate[]) => SettleResult[]

export function prepareSettle(engine: Engine): Settle {
  const { clock, sessions, transaction } = engine
  const changeOf = prepareChangeOf(engine)
  const insertAttempt = prepareInsertAttempt(engine)
  const updateDelivery = prepareUpdateDelivery(engine)
  const tellRun = prepareTellRun(engine)
  const updateLane = prepareUpdateLane(engine)
  const insertOperational = prepareOperational(engine)
  const { settleLane, block } = prepareSettleLane(engine)

  const settleOne = (session: SessionId, settlement: Settlement, now: number): SettleResult => {
    const { task, attempt } = settlement
    const change = changeOf(settlement, now)
    if (change === undefined) return { settled: false, woken: null }
    // The row of an attempt says when the next one is, also where the task keeps its due.
    const again = change.keptPlace && settlement.next.kind !== 'end' ? now + settlement.next.waitMs : change.nextAt
    if (attempt !== null) insertAttempt(attempt, again)
    updateDelivery(task, attempt, { ...change, now })
    const woken = change.ended ? tellRun(session, task, settlement.wake) : null
    settleLane(settlement)
    if (settlement.operational !== undefined) insertOperational(settlement.operational)
    return change.keptPlace ? { settled: true, woken, keptPlace: true } : { settled: true, woken }
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

function prepareTellRun(engine: Engine) {
  const wakeRun = prepareWakeRun(engine)
  return (session: SessionId, { lane, delivery }: Task, wake: string | null): HeldRun | null => {
    // A run parks on deliveries of its own steps, and only the lanes of steps have a slash: endpoints are spared the search.
    const holder = engine.sessions.holderFor(session)
    const woken = lane.includes('/') ? wakeRun({ delivery, wake, holder }) : undefined
    return woken === undefined || holder !== session ? null : woken
  }
}
