import { ArrowUp } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Arrivals } from '../lib/live-rows.ts'
import { announce } from './announcer.tsx'

/** As often as a sum is spoken: a live list must not talk all the time. */
const SPOKEN_APART_MS = 5000

/** Tells who cannot see how many came while the list stands still. */
function useSpokenSum(fresh: number): void {
  const spoken = useRef({ sum: 0, at: -SPOKEN_APART_MS })
  useEffect(() => {
    const { current } = spoken
    if (fresh === 0) current.sum = 0
    if (fresh <= current.sum) return undefined
    const timer = setTimeout(
      () => {
        spoken.current = { sum: fresh, at: performance.now() }
        announce(`${fresh} new.`)
      },
      Math.max(0, current.at + SPOKEN_APART_MS - performance.now()),
    )
    return () => clearTimeout(timer)
  }, [fresh])
}

/** Around a live list: it stands still under the pointer and the focus, and says how many came meanwhile. */
export function Arriving({ arrivals, children }: { readonly arrivals: Arrivals | undefined; readonly children: ReactNode }) {
  const on = useRef({ pointer: false, focus: false })
  const hold = useRef(arrivals?.hold)
  useEffect(() => void (hold.current = arrivals?.hold))
  useEffect(() => () => hold.current?.(false), [])
  useSpokenSum(arrivals?.fresh ?? 0)
  if (arrivals === undefined) return children
  const note = (change: { readonly pointer?: boolean; readonly focus?: boolean }): void => {
    Object.assign(on.current, change)
    arrivals.hold(on.current.pointer || on.current.focus)
  }
  return (
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onPointerEnter={() => note({ pointer: true })}
      onPointerLeave={() => note({ pointer: false })}
      onFocus={() => note({ focus: true })}
      onBlur={() => note({ focus: false })}
    >
      {arrivals.fresh > 0 && (
        <button
          type="button"
          onClick={arrivals.show}
          className="absolute top-10 left-1/2 z-20 flex h-7 min-h-target -translate-x-1/2 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-3 font-medium text-accent-text shadow-2"
        >
          <ArrowUp aria-hidden className="size-3.5" />
          Paused, {arrivals.fresh} new
        </button>
      )}
      {children}
    </div>
  )
}
