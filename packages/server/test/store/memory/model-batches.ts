import type { ApplicationId, DeliveryId, RunId, SessionId } from '#domain'
import {
  EACH,
  isKept,
  laneStates,
  NOBODY,
  wakeLine,
  type StoredDelivery,
  type StoredTask,
  type AcceptOperation,
  type AcceptResult,
  type Alongside,
  type AuditEntry,
  type Dedup,
  type Lane,
  type LaneUpdate,
  type MadeFrom,
  type NewDelivery,
  type NewMessage,
  type NewRun,
  type RunCommit,
  type RunCommitResult,
  type Settlement,
  type SettleResult,
  type Task,
} from '#store'
import { findTask, insert, isEnded, putTask, Refused, takeTask, tasksOf, type ModelState } from './model-state.ts'

/** What the session of a batch may send at once. */
export interface Inserted {
  lanes: Lane[]
  tasks: Task[]
}

/** One member of a batch at a time, on one state, at one moment. */
export interface Moment {
  readonly state: ModelState
  readonly session: SessionId
  readonly now: number
  readonly inserted: Inserted
}

function isCurrent(state: ModelState, { id, version, part }: MadeFrom): boolean {
  return state.applications.get(id)?.[part ?? 'version'] === version
}

export function acceptOne(moment: Moment, operation: AcceptOperation): AcceptResult {
  const result = takeOne(moment, operation)
  if (isKept(operation, result)) writeAlongside(moment.state, operation.alongside)
  return result
}

function takeOne(moment: Moment, operation: AcceptOperation): AcceptResult {
  const { state, now } = moment
  const { application, request } = operation
  if (application !== null && !isCurrent(state, application)) return { kind: 'stale' }
  for (const { scope, key } of operation.dedups) {
    const taken = state.dedups.get(`${scope} ${key}`)
    if (taken === undefined || taken.expires_at <= now) continue
    if (request !== null) {
      insert(state.requests, request.id, { ...request, status: 'duplicate', run_ids: '[]', form: null, duplicate_of: taken.ref })
    }
    return { kind: 'duplicate', scope, ref: taken.ref }
  }
  for (const { scope, key, ref, keepMs } of operation.dedups) {
    state.dedups.set(`${scope} ${key}`, { scope, key, ref, expires_at: now + keepMs })
  }
  const { parts } = operation
  const taken = parts?.map(({ dedup }) => (dedup === null ? undefined : takePart(moment, dedup)))
  const copies = (taken ?? []).flatMap((one, i) => (one === undefined ? [] : [i]))
  if (parts !== undefined && parts.length > 0 && copies.length === parts.length) {
    const { scope, ref } = taken![0]!
    if (request !== null)
      insert(state.requests, request.id, { ...request, status: 'duplicate', run_ids: '[]', form: null, duplicate_of: ref })
    return { kind: 'duplicate', scope, ref }
  }
  const runs = parts === undefined ? operation.runs : parts.flatMap((part, i) => (copies.includes(i) ? [] : part.runs))
  if (request !== null) {
    const runIds = parts === undefined ? request.run_ids : JSON.stringify(runs.map(({ id }) => id))
    insert(state.requests, request.id, { ...request, run_ids: runIds, duplicate_of: null })
  }
  for (const run of runs) bearRun(moment, run)
  for (const entry of operation.entries ?? []) insert(state.entries, entry.id, { ...entry, removed_at: null })
  for (const message of operation.messages) insertMessage(moment, message)
  return copies.length > 0 ? { kind: 'accepted', copies } : { kind: 'accepted' }
}

/** The model knows no statements: those of engines are tested with them. */
export function writeAlongside(state: ModelState, alongside: Alongside | undefined): void {
  for (const entry of alongside?.audit ?? []) writeAudit(state, entry)
}

function writeAudit(state: ModelState, { application, ...entry }: AuditEntry): void {
  state.audit.push({ ...entry, application_id: application })
}

/** Takes the key, or tells who has it. */
function takePart({ state, now }: Moment, dedup: Dedup): { scope: string; ref: string } | undefined {
  const { scope, key, ref, keepMs } = dedup
  const taken = state.dedups.get(`${scope} ${key}`)
  if (taken !== undefined && taken.expires_at > now) return { scope, ref: taken.ref }
  state.dedups.set(`${scope} ${key}`, { scope, key, ref, expires_at: now + keepMs })
  return undefined
}

export function commitOne(moment: Moment, commit: RunCommit): RunCommitResult {
  const { state, session, now } = moment
  const run = state.runs.get(commit.run)
  if (run === undefined || run.holder !== session || run.rev !== commit.rev) return { kind: 'lost' }
  const { application, status } = commit
  if (commit.messages.length > 0 && !isCurrent(state, application)) return { kind: 'stale' }
  if (commit.reply !== null && run.reply !== null) return { kind: 'answered' }
  const ended = status !== 'running' && status !== 'waiting'
  const unheard = commit.heard === undefined ? [] : [...(run.wake ?? '')].slice(commit.heard)
  const goesOn = status === 'waiting' && unheard.length > 0
  Object.assign(run, {
    ...{ status: goesOn ? 'running' : status, rev: run.rev + 1, holder: goesOn || status === 'running' ? session : null },
    ...{ wake: unheard.join('') || null, parked_on: ended ? null : commit.parkedOn },
    due_at: status === 'waiting' && !goesOn && commit.waitMs !== null ? now + commit.waitMs : null,
    ...{ finished_at: ended ? commit.finishedAt : null, error_code: commit.errorCode, reply: commit.reply ?? run.reply },
    ...{ state: ended ? null : commit.state, steps: commit.steps, faults: commit.faults, meta: commit.meta },
  })
  for (const message of commit.messages) insertMessage(moment, message)
  for (const message of commit.operational ?? []) insertMessage(moment, message)
  for (const run of commit.runs) bearRun(moment, run)
  for (const delivery of commit.deliveries) {
    bear(moment, delivery, { application_id: application.id, message_id: null, run_id: commit.run })
  }
  for (const delivery of commit.givenUp ?? []) endDelivery(state, delivery, now)
  if (commit.reopen !== null) {
    const key = `${commit.reopen.scope} ${commit.reopen.key}`
    if (state.dedups.get(key)?.ref === commit.reopen.ref) state.dedups.delete(key)
  }
  return { kind: 'committed', rev: run.rev, ...(goesOn && { goesOn }) }
}

/** Cancels one that has not ended; false: it has. */
export function endDelivery(state: ModelState, id: string, now: number): boolean {
  const delivery = state.deliveries.get(id)
  if (delivery === undefined || isEnded(delivery)) return false
  Object.assign(delivery, { status: 'cancelled', finished_at: now, next_at: null })
  state.tasks = state.tasks.filter((task) => task.delivery !== id)
  const lane = state.lanes.get(delivery.lane)!
  if (lane.blocked_for === id) Object.assign(lane, { blocked_until: 0, blocked_for: null })
  return true
}

function bearRun(moment: Moment, { ended, ...run }: NewRun): void {
  const unknown = { tags: run.tags ?? null, gate: null, parked_on: null, due_at: null, error_code: null, wake: null, state: null }
  insert(
    moment.state.runs,
    run.id,
    ended === undefined
      ? {
          ...{
            ...run,
            ...unknown,
            status: 'queued',
            rev: 0,
            holder: holderOf(moment),
            waiter: run.answer_by === null ? null : moment.session,
          },
          ...{ finished_at: null, reply: null, steps: '[]', faults: '[]' },
        }
      : { ...run, ...unknown, status: 'ok', rev: 1, holder: null, waiter: null, ...ended },
  )
}

function insertMessage(moment: Moment, { deliveries, skipped, ...message }: NewMessage): void {
  insert(moment.state.messages, message.id, { payload_until: null, ...message })
  for (const delivery of deliveries) {
    bear(moment, delivery, { application_id: message.application_id, message_id: message.id, run_id: null })
  }
  for (const name of skipped) {
    const lane = moment.state.lanes.get(name)
    if (lane !== undefined) lane.skipped++
  }
}

/** A delivery with its task. Its lane is taken if it is idle; what is created in a lane of the session comes back at once. */
function bear(
  { state, session, now, inserted }: Moment,
  delivery: NewDelivery,
  origin: Pick<StoredDelivery, 'application_id' | 'message_id' | 'run_id'>,
): void {
  if (!state.lanes.has(delivery.lane)) {
    if (delivery.endpoint_id !== null) throw new Refused(`there is no lane ${delivery.lane}`)
    addLane(state, delivery.lane, origin.application_id)
  }
  const lane = state.lanes.get(delivery.lane)!
  const idle =
    Math.max(lane.circuit_until, lane.blocked_until, lane.throttled_until) <= now &&
    !tasksOf(state, lane.lane).some((task) => task.due <= now)
  insert(state.deliveries, delivery.id, {
    ...{ ...delivery, ...origin, status: 'waiting', attempts: 0, retries: 0, retry_in_seen: 0, first_attempt_at: null, next_at: now },
    ...{ finished_at: null, last_status: null, last_failure: null },
  })
  putTask(state, { lane: lane.lane, due: now, delivery: delivery.id, manual: 0 })
  if (lane.state !== laneStates.ready) return
  if (lane.owner === null && idle && state.sessions.get(session)?.takes.lanes === true) {
    inserted.lanes.push(takeLane(state, lane.lane, session))
  }
  if (lane.owner === session) inserted.tasks.push({ lane: lane.lane, due: now, delivery: delivery.id, manual: false })
}

export function settleOne({ state, session, now }: Moment, { task, attempt, next, wake, operational, cutOff }: Settlement): SettleResult {
  const key: StoredTask = { ...task, manual: task.manual ? 1 : 0 }
  if (!takeTask(state, key)) return { settled: false, woken: null }
  if (!cutOff) state.lanes.get(task.lane)!.takeovers = 0
  const delivery = state.deliveries.get(task.delivery)!
  const scheduled: StoredTask = { lane: task.lane, due: delivery.next_at ?? -1, delivery: task.delivery, manual: 0 }
  let keptPlace = false
  let againAt: number | null = null
  const stillScheduled = task.manual && findTask(state, scheduled) !== undefined

  if (next.kind !== 'end') {
    const lane = state.lanes.get(task.lane)!
    keptPlace = lane.ordered === 1
    againAt = now + next.waitMs
    const due = keptPlace ? key.due : againAt
    putTask(state, { ...key, due })
    if (!task.manual) delivery.next_at = due
    delivery.status = next.kind === 'wait' ? next.status : 'waiting'
    if (next.kind === 'wait' && next.failure !== undefined) delivery.last_failure = next.failure
    if (next.kind === 'retry') {
      delivery.retries++
      if (next.retryInSeen) delivery.retry_in_seen = 1
    }
  } else if (stillScheduled && next.status !== 'delivered') {
    delivery.status = 'waiting' // a manual attempt that does not deliver leaves the schedule alone
  } else {
    if (stillScheduled) takeTask(state, scheduled)
    Object.assign(delivery, { status: next.status, next_at: null, finished_at: now })
  }

  if (attempt !== null) {
    insert(state.attempts, attempt.id, { ...attempt, next_at: keptPlace ? againAt : delivery.next_at })
    delivery.attempts++
    delivery.first_attempt_at ??= attempt.started_at
    delivery.last_status = attempt.status
    delivery.last_failure = attempt.failure
  }
  if (next.kind === 'end' && (next.failure !== null || next.status === 'delivered')) delivery.last_failure = next.failure
  insertOperational({ state, now }, operational)
  if (keptPlace) return { settled: true, woken: null, keptPlace }
  if (!isEnded(delivery) || delivery.run_id === null) return { settled: true, woken: null }
  const holder = holderOf({ state, session })
  const woken = wakeRun(state, { run: delivery.run_id, parkedOn: delivery.id, holder, wake })
  return { settled: true, woken: holder === session ? woken : null }
}

/** Who holds a run that the session accepts or wakes. */
function holderOf({ state, session }: Pick<Moment, 'state' | 'session'>): string {
  return state.sessions.get(session)?.takes.runs === false ? NOBODY : session
}

/** Operational messages, of which no session is given anything to send. */
function insertOperational({ state, now }: Pick<Moment, 'state' | 'now'>, messages: readonly NewMessage[] = []): void {
  for (const message of messages) insertMessage({ state, now, session: 'ses_nobody', inserted: { lanes: [], tasks: [] } }, message)
}

/** Queues the run that is parked on the delivery. */
export function wakeRun(state: ModelState, to: { run: string; parkedOn: string; holder: string; wake: string | null }) {
  const run = state.runs.get(to.run)
  if (run?.parked_on === EACH) {
    run.wake = `${run.wake ?? ''}${wakeLine(to.parkedOn, to.wake)}`
    if (run.status !== 'waiting') return null
    Object.assign(run, { status: 'queued', holder: to.holder, rev: run.rev + 1, due_at: null })
    return { run: run.id as RunId, application: run.application_id as ApplicationId, rev: run.rev }
  }
  if (run === undefined || run.parked_on !== to.parkedOn) return null
  Object.assign(run, { status: 'queued', wake: to.wake, holder: to.holder, rev: run.rev + 1, parked_on: null, due_at: null })
  return { run: run.id as RunId, application: run.application_id as ApplicationId, rev: run.rev }
}

/** In an ordered lane nothing comes after what is tried again, until it is. Said last, whatever else was learnt of the lane. */
export function blockLane({ state, now }: Moment, { task, next }: Settlement, result: SettleResult): void {
  const lane = state.lanes.get(task.lane)
  if (lane === undefined || !result.keptPlace || next.kind === 'end') return
  Object.assign(lane, { blocked_until: Math.max(lane.blocked_until, now + next.waitMs), blocked_for: task.delivery })
}

/** What the owner says of its lane. Returns the application whose configuration changed by it. */
export function updateLane({ state, session, now }: Moment, update: LaneUpdate): ApplicationId | undefined {
  const lane = state.lanes.get(update.lane)
  if (lane === undefined || lane.owner !== session) return undefined
  const waits = lane.blocked_for !== null && lane.blocked_until > now
  Object.assign(lane, {
    failures: update.failures,
    circuit_until: update.circuitInMs > 0 ? now + update.circuitInMs : 0,
    blocked_until: Math.max(update.blockedInMs > 0 ? now + update.blockedInMs : 0, waits ? lane.blocked_until : 0),
    blocked_for: waits ? lane.blocked_for : null,
    takeovers: 0,
  })
  const endpoint = state.endpoints.get(update.lane)
  const { stop } = update
  if (stop === null || endpoint === undefined || endpoint.state === 'disabled' || endpoint.state === stop.state) return undefined
  endpoint.state = stop.state
  lane.state = laneStates[stop.state]
  writeAudit(state, stop.audit)
  const changed = state.applications.get(lane.application_id)!
  changed.version++
  changed.outbound++
  insertOperational({ state, now }, stop.operational)
  return lane.application_id as ApplicationId
}

export function addLane(state: ModelState, lane: string, application: string): void {
  insert(state.lanes, lane, {
    ...{ lane, application_id: application, state: laneStates.ready, circuit_until: 0, blocked_until: 0, owner: null, epoch: 0 },
    ...{ blocked_for: null, throttled_until: 0, ordered: 0, failures: 0, skipped: 0, takeovers: 0 },
  })
}

export function takeLane(state: ModelState, name: string, session: SessionId): Lane {
  const lane = state.lanes.get(name)!
  lane.owner = session
  lane.epoch++
  return {
    lane: name,
    application: lane.application_id as ApplicationId,
    epoch: lane.epoch,
    failures: lane.failures,
    circuitUntil: lane.circuit_until,
    blockedUntil: lane.blocked_until,
    takeovers: lane.takeovers,
  }
}

export function toTask({ lane, due, delivery, manual }: StoredTask): Task {
  return { lane, due, delivery: delivery as DeliveryId, manual: manual === 1 }
}
