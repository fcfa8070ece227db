import type { ApplicationId } from '#domain'
import type { HeldRun } from '../port/runs.ts'
import type { DueSchedule, ScheduledMoment, ScheduleStore } from '../port/schedules.ts'
import { prepareInsertRun } from './commits/insert-run.ts'
import type { Engine } from './engine.ts'
import type { WriteQueue } from './writes/write-queue.ts'

interface DueRow {
  flow_id: string
  application_id: string
  published_version: number
  due_at: number
  spec: string
}

export function prepareSchedules(engine: Engine, write: WriteQueue['write']): ScheduleStore {
  const { db, clock, sessions } = engine
  const insertRun = prepareInsertRun(engine)
  const findDue = db.prepare<[number, number], DueRow>(
    `select s.flow_id, s.application_id, f.published_version, s.due_at, s.spec from schedule s join flow f on f.id = s.flow_id
     where s.due_at <= ? order by s.due_at, s.flow_id limit ?`,
  )
  const move = db.prepare<[number | null, string, number, number]>(
    `update schedule set due_at = ? where flow_id = ? and due_at = ?
       and exists (select 1 from flow f where f.id = schedule.flow_id and f.published_version = ? and f.enabled = 1 and f.deleted_at is null)`,
  )
  return {
    async dueSchedules(most) {
      const now = clock.now()
      return { now, due: findDue.all(now, most).map(dueSchedule) }
    },
    startScheduled: (session, moments) =>
      write(() => {
        const runs: HeldRun[] = []
        if (!sessions.alive(session) || sessions.holderFor(session) !== session) return { moved: 0, runs }
        const moved = moments.filter(({ nextAt, flow, dueAt, version }) => move.run(nextAt, flow, dueAt, version).changes === 1)
        for (const run of moved.flatMap((moment: ScheduledMoment) => moment.run ?? [])) {
          insertRun(run, session)
          runs.push({ run: run.id, application: run.application_id as ApplicationId, rev: 0 })
        }
        return { moved: moved.length, runs }
      }),
  }
}

function dueSchedule({ flow_id, application_id, published_version, due_at, spec }: DueRow): DueSchedule {
  return { flow: flow_id, application: application_id as ApplicationId, version: published_version, dueAt: due_at, spec }
}
