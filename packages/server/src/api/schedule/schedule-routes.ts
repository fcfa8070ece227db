import { scheduleOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { nextMoment, scheduleFault, type Schedule } from '#flows'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'

/** As it is said in the query. */
const names = { cron: '?cron', timeZone: '?time_zone' } as const

/** When a schedule would start its flow, told by what will start it. */
export function scheduleRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, scheduleOperations, {
    async times({ clock }, { query }) {
      const { cron, time_zone: timeZone, limit } = query
      const schedule: Schedule = { kind: 'schedule', cron, ...(timeZone !== undefined && { timeZone }) }
      const fault = await scheduleFault(schedule)
      if (fault !== undefined)
        throw new AppError('validation_error', { fields: [{ pointer: names[fault.field], code: 'invalid', message: fault.message }] })
      return { status: 200, body: { data: await times(schedule, clock.now(), limit) } }
    },
  })
}

async function times(schedule: Schedule, after: number, limit: number): Promise<string[]> {
  const found: string[] = []
  let at: number | null = await nextMoment(schedule, after)
  while (at !== null && found.length < limit) {
    found.push(new Date(at).toISOString())
    at = await nextMoment(schedule, at)
  }
  return found
}
