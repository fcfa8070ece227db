import { isRawNumber } from '#domain'

/** A leap year. */
export const DELAY_MS_MAX = 366 * 86_400_000

const DURATION =
  /^P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/
const MOMENT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/

/** When a duration that begins at `now` is over: seconds, or ISO 8601, whose months and years are those of the calendar in UTC. */
export function afterDuration(value: unknown, now: number): number | undefined {
  const seconds = secondsOf(value)
  if (seconds !== undefined) return seconds >= 0 && seconds * 1000 <= Number.MAX_SAFE_INTEGER ? now + Math.round(seconds * 1000) : undefined
  const parts = typeof value === 'string' ? DURATION.exec(value.trim()) : null
  if (parts === null) return undefined
  const [years, months, weeks, days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part ?? 0)) as Seven
  const ms = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + Math.round(rest * 1000)
  return addMonths(now, years * 12 + months) + ms
}

type Seven = [number, number, number, number, number, number, number]

function secondsOf(value: unknown): number | undefined {
  if (isRawNumber(value)) return Infinity
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\s*\d{1,12}(?:\.\d{1,9})?\s*$/.test(value) ? Number(value) : undefined
}

/** A month after the 31st of January is the last of February. */
function addMonths(at: number, months: number): number {
  if (months === 0) return at
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime()
}

/** Without a zone it could be meant anywhere, so such a text is none. */
export function readMoment(value: unknown): number | undefined {
  const isTooFar = (ms: number): boolean => !Number.isFinite(ms) || Math.abs(ms) > 8.64e15
  if (typeof value === 'number') return isTooFar(value) ? undefined : Math.round(value)
  if (typeof value !== 'string' || !MOMENT.test(value.trim())) return undefined
  const ms = Date.parse(value.trim().toUpperCase().replace(' ', 'T'))
  return isTooFar(ms) ? undefined : ms
}
