import type { SessionId } from '#domain'
import type { Task } from '../../port/lanes.ts'
import { named } from '../functions/install.ts'
import type { Run } from '../connection/pool.ts'

const statement = {
  name: 'begin',
  text: named(`
with alive as materialized (select 1 from session s where s.id = $1 and s.alive = 1 for key share)
update delivery d set status = 'sending'
where d.id = $4 and exists (select 1 from alive)
  and exists (select 1 from task t where t.lane = $2 and t.due = $3 and t.delivery = $4 and t.manual = $5)`),
}

/** Writes down that an attempt begins. */
export async function begin(run: Run, session: SessionId, { lane, due, delivery, manual }: Task): Promise<boolean> {
  const { count } = await run({ ...statement, values: [session, lane, due, delivery, manual ? 1 : 0] })
  return count === 1
}
