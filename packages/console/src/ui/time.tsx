import { useEffect, useState } from 'react'
import { clockTime, exactClockTime, relativeTime, utcTime } from '../lib/time.ts'

type Moment = string | number

const msOf = (at: Moment): number => (typeof at === 'number' ? at : Date.parse(at))

/** A moment as a clock shows it; the full date in UTC on hover. */
export function Time({ at, exact = false }: { readonly at: Moment; readonly exact?: boolean }) {
  const ms = msOf(at)
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcTime(ms)} className="num whitespace-nowrap">
      {exact ? exactClockTime(ms) : clockTime(ms)}
    </time>
  )
}

/** `38 s ago`, `in 4 m 10 s`; goes on by itself. */
export function RelativeTime({ at }: { readonly at: Moment }) {
  const ms = msOf(at)
  const now = useNow(Math.abs(ms - Date.now()) < 3_600_000 ? 1000 : 60_000)
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcTime(ms)} className="num whitespace-nowrap">
      {relativeTime(ms, now)}
    </time>
  )
}

/** The time now, looked at again every so many milliseconds. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
