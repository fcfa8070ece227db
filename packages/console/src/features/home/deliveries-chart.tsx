import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { count } from '../../lib/amounts.ts'
import { clockTime } from '../../lib/time.ts'
import { classNames } from '../../lib/class-names.ts'
import { type Bar, boundsOfBars, scaleOf } from './bars.ts'
import { useStretch } from './use-stretch.ts'

interface Props {
  readonly app: string
  readonly bars: readonly Bar[]
  /** Looks closer at a stretch; ISO 8601. */
  onLook(after: string, before: string): void
}

/**
 * Bars by time; each is a link to its deliveries, and says in words what it shows. Whoever drags over several, or goes along them with
 * `Shift` and the arrows, looks closer at their time.
 */
export function DeliveriesChart({ app, bars, onLook }: Props) {
  const [over, setOver] = useState<number>()
  const scale = scaleOf(Math.max(0, ...bars.map(({ all }) => all)))
  const every = Math.max(1, Math.ceil(bars.length / 7))
  const drag = useStretch(bars, onLook)
  const chosen = drag.chosen ?? (over === undefined ? undefined : bars[over])
  return (
    // Bars are as wide as a finger needs; where there is no room for that, they scroll with their axis.
    <div className="overflow-x-auto">
      <div className="flex flex-col gap-1" style={{ minWidth: `${bars.length * BAR_MIN + 48}px` }}>
        <div className="relative h-56 pl-10" onPointerLeave={() => setOver(undefined)}>
          {[1, 0.75, 0.5, 0.25, 0].map((part) => (
            <div key={part} aria-hidden className="absolute inset-x-0 border-t border-line" style={{ bottom: `${part * 100}%` }}>
              {part > 0 && <span className="num absolute top-0.5 left-0 text-xs text-text-3">{count(scale * part)}</span>}
            </div>
          ))}
          <ol
            aria-label="Deliveries over time"
            {...drag.handlers}
            className="relative flex h-full items-stretch gap-px select-none desk:gap-1"
          >
            {bars.map((bar, at) => (
              <li key={bar.from} className={classNames('flex min-w-6 flex-1 rounded-sm', drag.holds(at) && 'bg-selected')}>
                <Link
                  to="/a/$app/deliveries"
                  params={{ app }}
                  search={boundsOfBars(bar)}
                  draggable={false}
                  aria-label={`${stretch(bar)}: ${words(bar)}`}
                  onPointerEnter={() => setOver(at)}
                  onFocus={() => setOver(at)}
                  onBlur={() => setOver(undefined)}
                  className="flex min-w-0 flex-1 flex-col justify-end rounded-sm hover:bg-hover focus-visible:-outline-offset-2"
                >
                  <Part of={bar.waiting} scale={scale} className="hatched bg-wait-mark" />
                  <Part of={bar.delivered} scale={scale} className="bg-chart" />
                  <Part of={bar.failed} scale={scale} className="bg-fail-mark" />
                </Link>
              </li>
            ))}
          </ol>
          {chosen !== undefined && over !== undefined && (
            <div
              aria-hidden
              className="pointer-events-none absolute top-0 z-10 rounded-md border border-line bg-raised px-3 py-2 text-xs whitespace-nowrap shadow-2"
              style={
                over < bars.length / 2
                  ? { left: `calc(${((over + 1) / bars.length) * 100}% + 16px)` }
                  : { right: `${(1 - over / bars.length) * 100}%` }
              }
            >
              <div className="font-medium">{stretch(chosen)}</div>
              <div>{words(chosen)}</div>
              <div className="text-text-2">{drag.hint ?? 'Press to see them, drag to look closer'}</div>
            </div>
          )}
        </div>
        <div aria-hidden className="num flex pl-10 text-xs text-text-3">
          {bars.map((bar, at) => (
            <span key={bar.from} className="min-w-0 flex-1 overflow-visible whitespace-nowrap">
              {at % every === 0 ? axisWords(bar) : ''}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

/** With the gap beside it, in pixels. */
const BAR_MIN = 28

/** However little it is, it is seen. */
function Part({ of, scale, className }: { readonly of: number; readonly scale: number; readonly className: string }) {
  if (of === 0) return null
  return <span className={`block min-h-[2px] shrink-0 ${className}`} style={{ height: `${(of / scale) * 100}%` }} />
}

const DAY_MS = 86_400_000

function axisWords({ from, until }: Bar): string {
  const time = new Date(from)
  if (until - from >= DAY_MS) return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  if (Date.now() - from > DAY_MS * 2) return time.toLocaleDateString('en-GB', { weekday: 'short', hour: '2-digit' })
  return time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

export function stretch({ from, until }: Bar): string {
  return `${clockTime(from)} to ${clockTime(until)}`
}

function words({ all, delivered, failed, waiting }: Bar): string {
  if (all === 0) return 'none'
  if (delivered === all) return `${count(all)}, all delivered`
  const parts = [failed > 0 && `${count(failed)} failed`, waiting > 0 && `${count(waiting)} not at their end`].filter(
    (part) => part !== false,
  )
  return `${parts.join(', ')} of ${count(all)}`
}
