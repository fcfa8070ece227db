import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef, useState } from 'react'
import { count } from '../../lib/amounts.ts'
import { clockTime } from '../../lib/time.ts'
import { announce } from '../../ui/announcer.tsx'
import { type Bar, boundsOfBars } from './bars.ts'

interface Stretch {
  readonly from: number
  readonly to: number
  readonly by: 'pointer' | 'keys'
}

/**
 * Chooses a stretch of bars in a list of them: by dragging over it with a mouse or a pen (a finger scrolls), or by arrows with `Shift`
 * and Enter. Arrows alone walk along; Escape lets go.
 */
export function useStretch(bars: readonly Bar[], onLook: (after: string, before: string) => void) {
  const [stretch, setStretch] = useState<Stretch>()
  // Whether the press that ends was a drag: then it is no press of the bar's link.
  const dragged = useRef(false)
  const [first, last] = stretch === undefined ? [0, -1] : [Math.min(stretch.from, stretch.to), Math.max(stretch.from, stretch.to)]
  const isLong = last > first
  const look = (): void => {
    const { after, before } = boundsOfBars(bars[first]!, bars[last])
    setStretch(undefined)
    onLook(after, before)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    dragged.current = false
    if (event.button !== 0 || event.pointerType === 'touch') return
    const at = barAt(event, bars.length)
    setStretch({ from: at, to: at, by: 'pointer' })
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (stretch?.by !== 'pointer') return
    const to = barAt(event, bars.length)
    if (to === stretch.to) return
    // From here on it is a drag, also outside of the chart.
    event.currentTarget.setPointerCapture(event.pointerId)
    dragged.current = true
    setStretch({ ...stretch, to })
  }
  const onPointerUp = (): void => {
    if (stretch?.by !== 'pointer') return
    if (isLong) look()
    else setStretch(undefined)
  }
  const onClickCapture = (event: MouseEvent): void => {
    if (!dragged.current) return
    dragged.current = false
    event.preventDefault()
    event.stopPropagation()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const links = [...event.currentTarget.querySelectorAll('a')]
    const at = links.findIndex((link) => link === document.activeElement)
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const next = by === undefined ? undefined : links[at + by]
    if (next !== undefined) {
      event.preventDefault()
      next.focus()
      const extended: Stretch = { from: stretch?.by === 'keys' ? stretch.from : at, to: at + by!, by: 'keys' }
      setStretch(event.shiftKey ? extended : undefined)
      if (event.shiftKey) announce(`${timeOf(bars, extended)}. Enter looks closer.`)
    } else if (event.key === 'Enter' && isLong) {
      event.preventDefault()
      look()
    } else if (event.key === 'Escape' && stretch !== undefined) {
      event.preventDefault()
      setStretch(undefined)
    }
  }
  return {
    /** What is chosen, as one bar. */
    chosen: isLong ? sumOf(bars.slice(first, last + 1)) : undefined,
    hint: !isLong ? undefined : stretch?.by === 'keys' ? 'Enter looks closer' : 'Let go to look closer',
    holds: (at: number): boolean => isLong && at >= first && at <= last,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: () => setStretch(undefined), onClickCapture, onKeyDown },
  }
}

/** The bar that the pointer is at; beyond the chart its first or its last. */
function barAt({ clientX, currentTarget }: PointerEvent<HTMLElement>, bars: number): number {
  const { left, width } = currentTarget.getBoundingClientRect()
  return Math.min(bars - 1, Math.max(0, Math.floor(((clientX - left) / width) * bars)))
}

function timeOf(bars: readonly Bar[], { from, to }: Stretch): string {
  const chosen = bars.slice(Math.min(from, to), Math.max(from, to) + 1)
  const { from: since, until, all } = sumOf(chosen)
  return `${clockTime(since)} to ${clockTime(until)}, ${count(all)} deliveries`
}

function sumOf(bars: readonly Bar[]): Bar {
  const sum = (name: 'delivered' | 'waiting' | 'failed' | 'all'): number => bars.reduce((all, bar) => all + bar[name], 0)
  return {
    ...{ from: bars[0]!.from, until: bars.at(-1)!.until },
    ...{ delivered: sum('delivered'), waiting: sum('waiting'), failed: sum('failed'), all: sum('all') },
  }
}
