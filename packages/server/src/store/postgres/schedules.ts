import type { ApplicationId, RunId, SessionId } from '#domain'
import type { DueSchedule, ScheduledMoment, ScheduleStore } from '../port/schedules.ts'
import type { Run } from './connection/pool.ts'
import { named } from './functions/install.ts'

const dueText = named(`
select posthorn.now_ms() as now, (
  select coalesce(json_agg(json_build_array(d.flow_id, d.application_id, d.published_version, d.due_at, d.spec) order by d.due_at, d.flow_id), '[]')
  from (
    select s.flow_id, s.application_id, f.published_version, s.due_at, s.spec
    from (select q.* from schedule q where q.due_at <= posthorn.now_ms() order by q.due_at limit $1) s
    join flow f on f.id = any(array[s.flow_id])
  ) d
) as due`)

type DueRow = readonly [string, ApplicationId, number, number, string]

export async function dueSchedules(run: Run, most: number): Promise<{ now: number; due: DueSchedule[] }> {
  const { rows } = await run({ name: 'due_schedules', text: dueText, values: [most] })
  const { now, due } = rows[0] as { now: number; due: readonly DueRow[] }
  return { now, due: due.map(([flow, application, version, dueAt, spec]) => ({ flow, application, version, dueAt, spec })) }
}

export async function startScheduled(
  run: Run,
  session: SessionId,
  moments: readonly ScheduledMoment[],
): ReturnType<ScheduleStore['startScheduled']> {
  if (moments.length === 0) return { moved: 0, runs: [] }
  const given = moments.map(({ run: made, ...moment }) => ({ ...moment, run: made }))
  const { rows } = await run({
    name: 'start_scheduled',
    text: named('select posthorn.start_scheduled($1, $2) as started'),
    values: [session, JSON.stringify(given)],
  })
  const { moved, runs } = rows[0]!.started as { moved: number; runs: readonly (readonly [RunId, ApplicationId])[] }
  return { moved, runs: runs.map(([id, application]) => ({ run: id, application, rev: 0 })) }
}
