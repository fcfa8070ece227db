import type { SessionId } from '#domain'
import type { NewRun } from '../../port/new-work.ts'
import type { Engine } from '../engine.ts'

/** Runs are created in the commit of what starts them: a request, a job, an event of the API or of another run. */
export function prepareInsertRun({ db, sessions }: Engine): (run: NewRun, session: SessionId) => void {
  const insert = db.prepare(
    `insert into run (id, application_id, flow_id, version, "trigger", request_id, key, tags, status, rev, holder, waiter, answer_by, created_at,
       input, steps, faults, meta)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, ?, ?, ?, ?, ?, '[]', '[]', ?)`,
  )
  const insertEnded = db.prepare(
    `insert into run (id, application_id, flow_id, version, "trigger", request_id, key, tags, status, rev, answer_by, created_at, input,
       finished_at, reply, steps, faults, meta)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'ok', 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (run, session) => {
    const { id, application_id, flow_id, version, trigger, request_id, key, tags = null, answer_by, created_at, input, meta, ended } = run
    const origin = [id, application_id, flow_id, version, trigger, request_id, key, tags] as const
    if (ended === undefined) {
      const waiter = answer_by === null ? null : session
      insert.run(...origin, sessions.holderFor(session), waiter, answer_by, created_at, input, meta)
    } else {
      insertEnded.run(...origin, answer_by, created_at, input, ended.finished_at, ended.reply, ended.steps, ended.faults, ended.meta)
    }
  }
}
