import type { ApplicationId, RunId, SessionId } from '#domain'
import type { HeldRun } from '../../port/runs.ts'
import { migrations } from '../../migrations/migrations.ts'
import type { Beaten, PeerBeat, SessionTakes } from '../../port/sessions.ts'
import { named } from '../functions/install.ts'
import type { Run } from '../connection/pool.ts'

/** Also forgets dead sessions that own nothing, whose reaper died before it had finished. */
export async function openSession(run: Run, id: SessionId, takes: SessionTakes): Promise<void> {
  await run({ text: 'delete from session s where s.alive = 0 and not exists (select 1 from lane l where l.owner = s.id)', values: [] })
  await run({
    name: 'open_session',
    text: 'insert into session (id, alive, beat, takes_lanes, takes_runs) values ($1, 1, 0, $2, $3) on conflict (id) do nothing',
    values: [id, takes.lanes ? 1 : 0, takes.runs ? 1 : 0],
  })
}

/** Whether the store is still under the key that its check value was sealed with. */
export async function hasCheckValue(run: Run, sealed: string): Promise<boolean> {
  return (await run({ text: 'select 1 from store_key where sealed = $1', values: [sealed] })).rows.length > 0
}

const beatText = named(`
with me as (update session set beat = beat + 1 where id = $1 and alive = 1 returning id)
select posthorn.now_ms() as now, exists (select 1 from me) as alive,
  (select m.name from migration m where m.ends_older = 1 and m.version not in (${migrations.map(({ version }) => version).join(', ')}) limit 1) as ended_by,
  (select json_agg(json_build_object('id', s.id, 'beat', s.beat, 'sends', s.alive = 1 and s.takes_lanes = 1)) from session s
    where s.id <> $1 and (s.alive = 1 or exists (select 1 from lane l where l.owner = s.id))) as peers`)

/** Peers are also dead sessions whose lanes nobody has finished freeing, so that somebody does. */
export async function beat(run: Run, id: SessionId): Promise<Beaten> {
  const { rows } = await run({ name: 'beat', text: beatText, values: [id] })
  const row = rows[0] as { now: number; alive: boolean; peers: readonly PeerBeat[] | null; ended_by: string | null }
  return { alive: row.alive, now: row.now, peers: row.peers ?? [], ...(row.ended_by !== null && { endedBy: row.ended_by }) }
}

export async function reap(run: Run, dead: SessionId, seen: number): Promise<boolean> {
  const { rows } = await run({ name: 'reap', text: named('select posthorn.reap($1, $2) as reaped'), values: [dead, seen] })
  return rows[0]!.reaped as boolean
}

export async function closeSession(run: Run, id: SessionId): Promise<void> {
  await run({ name: 'close_session', text: 'update session set alive = 0 where id = $1', values: [id] })
}

export async function freeLanes(run: Run, dead: SessionId, most: number): Promise<number> {
  const { rows } = await run({ name: 'free_lanes', text: named('select posthorn.free_lanes($1, $2) as freed'), values: [dead, most] })
  return rows[0]!.freed as number
}

export async function adoptRuns(run: Run, session: SessionId, most: number): Promise<HeldRun[]> {
  const { rows } = await run({ name: 'adopt_runs', text: named('select posthorn.adopt_runs($1, $2) as runs'), values: [session, most] })
  return heldOf(rows[0]!.runs)
}

export async function wakeDueRuns(run: Run, session: SessionId, most: number): Promise<HeldRun[]> {
  const { rows } = await run({
    name: 'wake_due_runs',
    text: named('select posthorn.wake_due_runs($1, $2) as runs'),
    values: [session, most],
  })
  return heldOf(rows[0]!.runs)
}

function heldOf(runs: unknown): HeldRun[] {
  return (runs as [RunId, ApplicationId, number][]).map(([id, application, rev]) => ({ run: id, application, rev }))
}
