import { laneStates, type MissingDelivery, type ReplayStep, type ReplayStepResult } from '#store'
import { insert, isEnded, putTask, type ModelState } from './model-state.ts'

/** One manual attempt at the tail of its lane. False if the lane takes nothing. */
export function resendOne(state: ModelState, id: string, now: number): boolean {
  const delivery = state.deliveries.get(id)
  if (delivery === undefined || !takes(state, delivery.lane)) return false
  putTask(state, { lane: delivery.lane, due: now, delivery: id, manual: 1 })
  if (isEnded(delivery)) Object.assign(delivery, { status: 'waiting', finished_at: null })
  return true
}

export function advanceReplay(state: ModelState, step: ReplayStep, now: number): ReplayStepResult {
  const replay = state.replays.get(step.replay)
  if (replay === undefined || replay.rev !== step.rev || replay.status !== 'running' || replay.next_at > now) return { kind: 'lost' }
  const resent = step.resend.filter((id) => resendOne(state, id, now)).length
  const made = step.create.filter((one) => makeMissing(state, one, { application: replay.application_id, now })).length
  const queued = resent + made + step.started
  const found = step.resend.length + step.create.length + step.started + step.skipped
  Object.assign(replay, {
    rev: replay.rev + 1,
    place: step.place,
    status: step.end?.status ?? 'running',
    failure: step.end?.status === 'failed' ? step.end.failure : null,
    next_at: now + step.waitMs,
    matched: replay.matched + found,
    queued: replay.queued + queued,
    skipped: replay.skipped + found - queued,
    updated_at: now,
    finished_at: step.end === null ? null : now,
  })
  return { kind: 'advanced', queued }
}

function makeMissing(state: ModelState, missing: MissingDelivery, { application, now }: { application: string; now: number }): boolean {
  const { id, endpoint_id, message_id, event_type, created_at } = missing
  if (!takes(state, endpoint_id)) return false
  for (const one of state.deliveries.values()) if (one.message_id === message_id && one.endpoint_id === endpoint_id) return false
  insert(state.deliveries, id, {
    ...{ id, application_id: application, lane: endpoint_id, endpoint_id, message_id, run_id: null, step_id: null, event_type },
    ...{ status: 'waiting', attempts: 0, retries: 0, retry_in_seen: 0, first_attempt_at: null, next_at: now, created_at },
    ...{ finished_at: null, last_status: null, last_failure: null, request: null, body: null },
  })
  putTask(state, { lane: endpoint_id, due: now, delivery: id, manual: 0 })
  return true
}

function takes(state: ModelState, lane: string): boolean {
  const known = state.lanes.get(lane)
  return known !== undefined && (known.state === laneStates.ready || known.state === laneStates.paused)
}
