import type { scheduleOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { nextMoment, scheduleFault, type Schedule } from '#flows'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'

/** As it is said in the query. */
const names = { cron: '?cron', timeZone: '?time_zone' } as const

/** When a schedule would start its flow, found by what will start it. */
export async function nextTimes({ clock }: ApiDeps, { query }: Call<typeof scheduleOperations.times>): Promise<Answer> {
  const { cron, time_zone: timeZone, limit } = query
  const schedule: Schedule = { kind: 'schedule', cron, ...(timeZone !== undefined && { timeZone }) }
  const fault = await scheduleFault(schedule)
  if (fault !== undefined)
    throw new AppError('validation_error', { fields: [{ pointer: names[fault.field], code: 'invalid', message: fault.message }] })
  return { status: 200, body: { data: await momentsAfter(schedule, clock.now(), limit) } }
}

async function momentsAfter(schedule: Schedule, after: number, limit: number): Promise<string[]> {
  const found: string[] = []
  let at: number | null = await nextMoment(schedule, after)
  while (at !== null && found.length < limit) {
    found.push(new Date(at).toISOString())
    at = await nextMoment(schedule, at)
  }
  return found
}
