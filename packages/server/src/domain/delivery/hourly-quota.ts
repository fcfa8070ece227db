import { limits } from '../limits.ts'

/**
 * The hour of a limited plan: at most so many first attempts begin within any sixty minutes. They are counted by the minute, so a window is
 * at most 62 numbers, and a minute leaves the hour as a whole, when even the last attempt that it may hold has left it. So the hour is at
 * times up to a minute longer, and never shorter.
 *
 * What is reserved begins `limits.reservedMs` later at the latest, and is counted in the minute that this moment falls into.
 */
export interface CountedMinute {
  /** Whole minutes since 1970. */
  readonly minute: number
  readonly n: number
}

export interface HourReservation {
  readonly granted: number
  /** Counted in this minute. */
  readonly minute: number
  /** When one more may be reserved; 0 if all that was wanted was granted. */
  readonly againAt: number
}

const MINUTE_MS = 60_000
const HOUR_MINUTES = 60

/** The first minute that is still in the hour. */
export function firstMinuteOfHour(now: number): number {
  return Math.floor(now / MINUTE_MS) - HOUR_MINUTES
}

/** How much of the hour is used, and when one more first attempt may begin; null: now. `counted`: its minutes; earlier ones do no harm. */
export function useOfHour(
  counted: readonly CountedMinute[],
  { now, perHour }: { readonly now: number; readonly perHour: number },
): { readonly used: number; readonly freeAt: number | null } {
  const { granted, againAt } = reserveOfHour(counted, { now, wanted: 1, perHour })
  return { used: usedOf(hourOf(counted, now)), freeAt: granted === 1 ? null : againAt }
}

/** Of `wanted` first attempts, as many as the hour has room for. `counted`: its minutes; earlier ones do no harm. */
export function reserveOfHour(
  counted: readonly CountedMinute[],
  { now, wanted, perHour }: { readonly now: number; readonly wanted: number; readonly perHour: number },
): HourReservation {
  const minute = Math.floor((now + limits.reservedMs) / MINUTE_MS)
  const hour = hourOf(counted, now)
  const granted = Math.min(wanted, Math.max(perHour - usedOf(hour), 0))
  if (granted === wanted) return { granted, minute, againAt: 0 }
  let kept = 0
  // There is room again once those that stay are fewer than the limit: usually that is when the oldest minute leaves.
  const leaving = [...hour, { minute, n: granted }].toSorted((a, b) => b.minute - a.minute).find(({ n }) => (kept += n) >= perHour)!
  return { granted, minute, againAt: (leaving.minute + HOUR_MINUTES + 1) * MINUTE_MS }
}

function hourOf(counted: readonly CountedMinute[], now: number): readonly CountedMinute[] {
  const first = firstMinuteOfHour(now)
  return counted.filter((one) => one.minute >= first)
}

const usedOf = (hour: readonly CountedMinute[]): number => hour.reduce((sum, { n }) => sum + n, 0)
