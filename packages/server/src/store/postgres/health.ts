import { NEVER } from '../records/lane.ts'
import { named } from './functions/install.ts'
import type { Run } from './connection/pool.ts'

/** A real write of so many bytes, read back; and for how long the lane that is due first has had no owner. */
const text = named(`
with wrote as (
  insert into health (id, at, room) values (1, posthorn.now_ms(), case when $1 > 0 then decode(repeat('00', $1), 'hex') end)
    on conflict (id) do update set at = excluded.at, room = excluded.room returning at)
select (select at from wrote) as now,
  (select l.next_due from lane l where l.state = 0 and l.owner is null and l.next_due < ${NEVER} order by l.next_due limit 1) as due`)

export async function health(run: Run, roomBytes: number): Promise<{ oldestDueMs: number }> {
  const { rows } = await run({ text, values: [roomBytes] })
  const { now, due } = rows[0] as { now: number; due: number | null }
  return { oldestDueMs: due === null ? 0 : Math.max(0, now - due) }
}
