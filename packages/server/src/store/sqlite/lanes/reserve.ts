import type { ApplicationId, SessionId } from '#domain'
import { firstMinuteOfHour, reserveOfHour, type CountedMinute } from '#domain/plain'
import type { FirstAttempt, ReserveResult } from '../../port/lanes.ts'
import type { Engine } from '../engine.ts'

/** Counting first attempts against the hour of plans. */
export interface Quota {
  reserve(session: SessionId, wanted: readonly FirstAttempt[]): ReserveResult[]
  /** Lanes of the application that wait for the hour ask again at once. */
  unthrottle(application: ApplicationId): void
}

export function prepareQuota({ db, clock, lanes }: Engine): Quota {
  const limitOf = db
    .prepare<[string], number | null>('select p.deliveries_per_hour from application a join plan p on p.name = a.plan where a.id = ?')
    .pluck()
  const countedOf = db.prepare<[string, number], CountedMinute>(
    'select minute, n from quota where application_id = ? and minute >= cast(? as integer)',
  )
  const count = db.prepare(
    'insert into quota (application_id, minute, n) values (?, ?, ?) on conflict (application_id, minute) do update set n = n + excluded.n',
  )
  const throttle = db.prepare('update lane set throttled_until = ? where lane = ?')
  const throttled = db.prepare<[string], string>('select lane from lane where application_id = ? and throttled_until > 0').pluck()

  /** Of one application: how many of those that are wanted are counted, and when the next one may be. */
  const reserveOne = (application: ApplicationId, wanted: number, now: number): { granted: number; againAt: number } => {
    const perHour = limitOf.get(application) ?? null
    if (perHour === null) return { granted: wanted, againAt: 0 }
    const reservation = reserveOfHour(countedOf.all(application, firstMinuteOfHour(now)), { now, wanted, perHour })
    if (reservation.granted > 0) count.run(application, reservation.minute, reservation.granted)
    return reservation
  }

  const close = (session: SessionId, name: string, until: number): void => {
    const lane = lanes.get(name)
    if (lane === undefined || lane.owner !== session || lane.throttledUntil === until) return
    throttle.run(until, name)
    lanes.change(lane, { throttledUntil: until })
  }

  return {
    reserve(session, wanted) {
      const now = clock.now()
      const results: ReserveResult[] = wanted.map(() => ({ kind: 'granted' }))
      const places = Map.groupBy(wanted.keys(), (i) => wanted[i]!.application)
      for (const [application, mine] of places) {
        const { granted, againAt } = reserveOne(application, mine.length, now)
        for (const i of mine.slice(granted)) {
          results[i] = { kind: 'refused', againInMs: againAt - now }
          close(session, wanted[i]!.lane, againAt)
        }
      }
      return results
    },
    unthrottle(application) {
      for (const name of throttled.all(application)) {
        throttle.run(0, name)
        const lane = lanes.get(name)!
        lanes.change(lane, { throttledUntil: 0 })
        lanes.reckon(lane)
      }
    },
  }
}
