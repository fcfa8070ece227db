import type { SessionId } from '#domain'
import type { Task } from '../../port/lanes.ts'
import type { Engine } from '../engine.ts'

/** Writes down that an attempt begins. */
export function prepareBegin({ db, sessions }: Engine): (session: SessionId, task: Task) => boolean {
  const hasTask = db.prepare('select 1 from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = ?')
  const begin = db.prepare(`update delivery set status = 'sending' where id = ?`)
  return (session, { lane, due, delivery, manual }) =>
    sessions.alive(session) && hasTask.get(lane, due, delivery, manual ? 1 : 0) !== undefined && begin.run(delivery).changes === 1
}
