import type { Session } from '#coordination'
import type { Ids } from '#domain'
import { PeriodicLook, type Clock, type Failpoint, type Log } from '#platform'
import type { DueSchedule, HeldRun, NewRun, ScheduledMoment, Store } from '#store'
import type { RunInput } from '../run/trigger-data.ts'
import { nextMoment, type Schedule } from './schedule-times.ts'

export interface SchedulesOptions {
  readonly store: Pick<Store, 'dueSchedules' | 'startScheduled'>
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint: Failpoint
  readonly take: (runs: readonly HeldRun[]) => void
}

/** A run begins at most so long after its moment, on a machine that has time. */
const LOOK_MS = 500
const PAGE = 256
/** The shortest way from one moment to the next; what is later than that was missed, because nobody was there to see it. */
const MISSED_MS = 60_000
/** When one that cannot be read is looked at again. */
const UNREADABLE_MS = 3_600_000

/**
 * Starts flows at their moments. All processes look, and the store has each moment moved on by one of them, in the commit that makes its run.
 */
export function createSchedules(options: SchedulesOptions): PeriodicLook {
  const { store, session, clock, log, failpoint, take } = options
  const look = async (goesOn: () => boolean): Promise<void> => {
    while (goesOn() && session.mayAct()) {
      const { now, due } = await store.dueSchedules(PAGE)
      if (due.length === 0) return
      const moments = await momentsOf(due, now, options)
      failpoint('schedule.before_start')
      const { moved, runs } = await store.startScheduled(session.id, moments)
      failpoint('schedule.after_start')
      take(runs)
      // Others are at it, or it was changed meanwhile: the next look sees what is left.
      if (due.length < PAGE || moved < due.length) return
    }
  }
  return new PeriodicLook({ clock, log, everyMs: LOOK_MS, failure: 'flows.schedules.unread', look })
}

async function momentsOf(due: readonly DueSchedule[], now: number, { ids, clock, log }: SchedulesOptions): Promise<ScheduledMoment[]> {
  const moments: ScheduledMoment[] = []
  for (const one of due) {
    try {
      moments.push(await momentOf(one, now, { ids, clock }))
    } catch (error) {
      // As where a time zone went with an older machine. The others have their moments all the same.
      const { flow, version, dueAt } = one
      log.error('flows.schedule.unreadable', { flow, version, error })
      moments.push({ flow, version, dueAt, nextAt: now + UNREADABLE_MS, run: null })
    }
  }
  return moments
}

/** What was missed has one run for all of it, or none. */
async function momentOf(due: DueSchedule, now: number, made: Pick<SchedulesOptions, 'ids' | 'clock'>): Promise<ScheduledMoment> {
  const { flow, version, dueAt, spec } = due
  const schedule = JSON.parse(spec) as Schedule
  const wasMissed = now - dueAt > MISSED_MS
  const nextAt = await nextMoment(schedule, wasMissed ? now : dueAt)
  const isPassedOver = wasMissed && schedule.missed === 'none'
  return { flow, version, dueAt, nextAt, run: isPassedOver ? null : newRun(due, made) }
}

function newRun({ flow, application, version, dueAt }: DueSchedule, { ids, clock }: Pick<SchedulesOptions, 'ids' | 'clock'>): NewRun {
  const scheduledAt = new Date(dueAt).toISOString()
  const input: RunInput = { document: { scheduledAt } }
  return {
    ...{
      id: ids.make('run'),
      application_id: application,
      flow_id: flow,
      version,
      trigger: 'schedule',
      request_id: null,
      key: scheduledAt,
    },
    ...{ created_at: clock.now(), input: JSON.stringify(input), meta: '{}', answer_by: null },
  }
}
