import { Cron } from 'croner'
import type { FlowTrigger } from '@posthorn/contract'

/** When a flow starts by itself. */
export type Schedule = Extract<FlowTrigger, { kind: 'schedule' }>

export interface ScheduleFault {
  readonly field: 'cron' | 'timeZone'
  readonly message: string
}

/** Minute, hour, day of the month, month, day of the week. Left out: seconds, and a moment that comes once. */
const FIVE_FIELDS = /^\s*\S+(\s+\S+){4}\s*$/
const DEFAULT_ZONE = 'UTC'

/** What is wrong with a schedule; undefined: it comes again and again. */
export function scheduleFault({ cron, timeZone = DEFAULT_ZONE }: Schedule): ScheduleFault | undefined {
  if (!isTimeZone(timeZone)) {
    return {
      field: 'timeZone',
      message: `There is no time zone "${timeZone}". Give a name such as "Europe/Berlin", or leave it out for UTC.`,
    }
  }
  const example = 'such as "0 6 * * 1-5" for six in the morning from Monday to Friday'
  if (!FIVE_FIELDS.test(cron)) {
    return {
      field: 'cron',
      message: `A cron expression has five fields: minute, hour, day of the month, month, day of the week; ${example}.`,
    }
  }
  try {
    // Any moment will do: what comes once in the calendar's 28 years comes after each.
    if (nextMoment({ kind: 'schedule', cron, timeZone }, SOME_MOMENT) !== null) return undefined
    return { field: 'cron', message: `No day of the calendar fits "${cron}".` }
  } catch (error) {
    return { field: 'cron', message: `${wordsOf(error)} Give five fields, ${example}.` }
  }
}

const SOME_MOMENT = Date.UTC(2026, 0, 1)

/**
 * The first moment after `afterMs`; null: none comes. A time of day that a change of the clocks leaves out comes when they have gone on, one
 * that comes twice counts once; what is said by the hour or the minute goes by time that passes.
 */
export function nextMoment({ cron, timeZone = DEFAULT_ZONE }: Schedule, afterMs: number): number | null {
  const pattern = new Cron(cron, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true })
  return pattern.nextRun(new Date(afterMs))?.getTime() ?? null
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** As the library says it, without its own name. */
function wordsOf(error: unknown): string {
  const text = (error as Error).message.replace(/^CronPattern: /, '')
  return `${text}${text.endsWith('.') ? '' : '.'}`
}
