/** Times and durations as people read them (`today 14:03:07`, `4 m 10 s`). All take and give milliseconds. */

const DAY_MS = 86_400_000

const two = (value: number): string => String(value).padStart(2, '0')

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `14:03:07` today, `3 Nov 14:03` before, with the year where it is another. In the person's own time zone. */
export function clockTime(at: number, now = Date.now()): string {
  const time = new Date(at)
  const today = new Date(now)
  if (time.toDateString() === today.toDateString()) return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const day = `${time.getDate()} ${months[time.getMonth()]}`
  const year = time.getFullYear() === today.getFullYear() ? '' : ` ${time.getFullYear()}`
  return `${day}${year} ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** With thousandths, for what is looked at closely: `14:03:07.412`. */
export function exactClockTime(at: number): string {
  const time = new Date(at)
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** `Mon, 30 Nov 2026, 06:00`: a moment as the clocks of a time zone show it. */
export function zonedTime(at: number, timeZone: string): string {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', timeZone }).format(at)
}

/** The full moment in UTC, for titles: `2026-11-29 14:03:07.412 UTC`. */
export function utcTime(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')
}

/** The two greatest units: `184 ms`, `4.1 s`, `5 m 2 s`, `26 h 36 m`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`
  if (ms < 1) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return pair([Math.floor(seconds / 60), 'm'], [seconds % 60, 's'])
  const minutes = Math.round(seconds / 60)
  if (minutes < 48 * 60) return pair([Math.floor(minutes / 60), 'h'], [minutes % 60, 'm'])
  const hours = Math.round(minutes / 60)
  return pair([Math.floor(hours / 24), 'd'], [hours % 24, 'h'])
}

function pair([great, greatUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${great} ${greatUnit}` : `${great} ${greatUnit} ${small} ${smallUnit}`
}

/** `38 s ago`, `in 4 m 10 s`; below a second `now`. What is past by an hour or more is said in its greatest unit: `22 h ago`. */
export function relativeTime(at: number, now = Date.now()): string {
  const away = at - now
  if (Math.abs(away) < 1000) return 'now'
  const whole = Math.round(Math.abs(away) / 1000) * 1000
  if (away < 0) return `${whole < 60_000 ? `${whole / 1000} s` : duration(rounded(whole))} ago`
  return `in ${whole < 60_000 ? `${whole / 1000} s` : duration(whole)}`
}

function rounded(ms: number): number {
  const unit = ms >= 2 * DAY_MS ? DAY_MS : ms >= 3_600_000 ? 3_600_000 : 1000
  return Math.floor(ms / unit) * unit
}
