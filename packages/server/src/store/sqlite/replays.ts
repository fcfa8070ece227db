import { laneStates } from '../records/lane.ts'
import type { StoredReplay } from '../records/replay.ts'
import type { MissingDelivery, ReplayStep, ReplayStepResult } from '../port/replays.ts'
import type { Deliveries } from './deliveries.ts'
import type { Engine } from './engine.ts'

/** Steps of replays. */
export function prepareReplays(engine: Engine, deliveries: Pick<Deliveries, 'resend'>): (step: ReplayStep) => ReplayStepResult {
  const { db, clock } = engine
  const read = db.prepare<[string], Pick<StoredReplay, 'rev' | 'status' | 'next_at' | 'application_id'>>(
    'select rev, status, next_at, application_id from replay where id = ?',
  )
  const advance = db.prepare(
    `update replay set rev = rev + 1, place = ?, status = ?, failure = ?, next_at = ?, updated_at = ?, finished_at = ?,
       matched = matched + ?, queued = queued + ?, skipped = skipped + ? where id = ?`,
  )
  const create = prepareCreate(engine)

  return ({ replay, rev, place, resend, create: missing, started, skipped, waitMs, end }) => {
    const now = clock.now()
    const row = read.get(replay)
    if (row === undefined || row.rev !== rev || row.status !== 'running' || row.next_at > now) return { kind: 'lost' }
    const queued = deliveries.resend(resend).length + missing.filter((one) => create(one, row.application_id)).length + started
    const found = resend.length + missing.length + started
    const status = end?.status ?? 'running'
    const failure = end?.status === 'failed' ? end.failure : null
    const counts = [found + skipped, queued, found - queued + skipped]
    advance.run(place, status, failure, now + waitMs, now, end === null ? null : now, ...counts, replay)
    return { kind: 'advanced', queued }
  }
}

/** Makes a delivery of a message that is there already. False if its lane takes nothing, or somebody was faster. */
function prepareCreate({ db, clock, lanes }: Engine): (missing: MissingDelivery, application: string) => boolean {
  const isThere = db.prepare<[string, string]>('select 1 from delivery where message_id = ? and endpoint_id = ?')
  const insert = db.prepare(
    `insert into delivery (id, application_id, lane, endpoint_id, message_id, event_type, status, attempts, retries, retry_in_seen, next_at, created_at)
     values (?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, ?, ?)`,
  )
  const insertTask = db.prepare('insert into task (lane, due, delivery, manual) values (?, ?, ?, 0)')
  return ({ id, endpoint_id, message_id, event_type, created_at }, application) => {
    const lane = lanes.get(endpoint_id)
    if (lane === undefined || (lane.state !== laneStates.ready && lane.state !== laneStates.paused)) return false
    if (isThere.get(message_id, endpoint_id) !== undefined) return false
    const now = clock.now()
    insert.run(id, application, endpoint_id, endpoint_id, message_id, event_type, now, created_at)
    insertTask.run(endpoint_id, now, id)
    lanes.reckon(lane)
    return true
  }
}
