import { ArrowUp } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Arrivals } from '../lib/live-rows.ts'

/** Around a live list: it stands still under the pointer and the focus, and says how many came meanwhile. */
export function Arriving({ arrivals, children }: { readonly arrivals: Arrivals | undefined; readonly children: ReactNode }) {
  const on = useRef({ pointer: false, focus: false })
  const hold = useRef(arrivals?.hold)
  useEffect(() => void (hold.current = arrivals?.hold))
  useEffect(() => () => hold.current?.(false), [])
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
          className="absolute top-10 left-1/2 z-20 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-3 font-medium text-accent-text shadow-2"
        >
          <ArrowUp aria-hidden className="size-3.5" />
          Paused, {arrivals.fresh} new
        </button>
      )}
      {children}
    </div>
  )
}
