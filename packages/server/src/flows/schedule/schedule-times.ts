import { Cron } from 'croner'
import type { FlowTrigger } from '@posthorn/contract'
import { inTurns } from '#platform'

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
export async function scheduleFault({ cron, timeZone = DEFAULT_ZONE }: Schedule): Promise<ScheduleFault | undefined> {
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
    // Any moment will do: what comes once in so many years comes after each.
    if ((await nextMoment({ kind: 'schedule', cron, timeZone }, SOME_MOMENT)) !== null) return undefined
    return { field: 'cron', message: `No day of the calendar fits "${cron}".` }
  } catch (error) {
    return { field: 'cron', message: `${wordsOf(error)} Give five fields, ${example}.` }
  }
}

const SOME_MOMENT = Date.UTC(2026, 0, 1)
/** The calendar comes back to the same weekdays after 28 years, and after 40 where a leap year is left out between. */
const YEARS = 40
const DAY_MS = 86_400_000

/**
 * The first moment after `afterMs`; null: none comes. A time of day that a change of the clocks leaves out comes when they have gone on, one
 * that comes twice counts once; what is said by the hour or the minute goes by time that passes. Each year is a turn: to look through all of
 * them for what never comes takes a third of a second.
 */
export async function nextMoment({ cron, timeZone = DEFAULT_ZONE }: Schedule, afterMs: number): Promise<number | null> {
  const after = new Date(afterMs)
  // Somewhere it may still be the year before.
  let year = new Date(afterMs - DAY_MS).getUTCFullYear()
  const last = year + YEARS
  let found: Date | null = null
  await inTurns(() => {
    const pattern = new Cron(`0 ${cron} ${year}`, { timezone: timeZone, mode: '7-part', fixedTimeRule: 'no-wildcard', paused: true })
    found = pattern.nextRun(after)
    return found !== null || year++ === last
  })
  return (found as Date | null)?.getTime() ?? null
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** What the fields may be. The library names the wrong value as it counts inside, days and months from 0. */
const ranges: Readonly<Record<string, string>> = {
  minute: 'The minute goes from 0 to 59.',
  hour: 'The hour goes from 0 to 23.',
  day: 'The day of the month goes from 1 to 31.',
  month: 'The month goes from 1 to 12, or from JAN to DEC.',
  dayOfWeek: 'The day of the week goes from 0 to 7, where 0 and 7 are Sunday, or from SUN to SAT.',
}

/** As the library says it, without its own name. */
function wordsOf(error: unknown): string {
  const text = (error as Error).message.replace(/^CronPattern: /, '')
  const range = ranges[/^Invalid value for (\w+)/.exec(text)?.[1] ?? '']
  if (range !== undefined) return range
  return `${text}${text.endsWith('.') ? '' : '.'}`
}
