import { X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { IconButton } from './button.tsx'

const WIDTH_KEY = 'posthorn.panel'
const MIN = 360
const MAX = 720
const USUAL = 440

/** A list, and beside it what is opened from it. On small screens the panel takes the whole page. */
export function Split({ children, panel }: { readonly children: ReactNode; readonly panel: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1">
      <div className={`flex min-w-0 flex-1 flex-col ${panel ? 'max-desk:hidden' : ''}`}>{children}</div>
      {panel}
    </div>
  )
}

/**
 * What is opened beside a list: resizable and remembered, Escape closes it and gives the focus back to what opened it.
 */
export function Panel({
  label,
  head,
  children,
  onClose,
  actions,
}: {
  readonly label: string
  readonly head: ReactNode
  readonly children: ReactNode
  onClose(): void
  readonly actions?: ReactNode
}) {
  const [width, setWidth] = useState(keptWidth)
  const panel = useRef<HTMLElement>(null)
  useHeldFocus(panel)
  const change = (next: number): void => {
    const kept = Math.min(MAX, Math.max(MIN, next))
    setWidth(kept)
    keepWidth(kept)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.stopPropagation()
    onClose()
  }
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
      style={{ '--width': `${width}px` } as Record<string, string>}
      className="relative flex min-h-0 w-full flex-col border-line bg-surface focus-visible:-outline-offset-2 desk:w-(--width) desk:shrink-0 desk:border-l"
    >
      <Grip width={width} onChange={change} />
      <div className="flex flex-col gap-2 border-b border-line px-5 pt-4 pb-3">
        <div className="flex items-start gap-2">
          {/* One line stands as high as the buttons beside it. */}
          <div className="flex min-h-control-sm min-w-0 flex-1 flex-col justify-center">{head}</div>
          {actions}
          <IconButton size="sm" label="Close the panel" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </div>
      </div>
      <div data-scrolls className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4 [&>*]:shrink-0">
        {children}
      </div>
    </aside>
  )
}

function Grip({ width, onChange }: { readonly width: number; onChange(width: number): void }) {
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const from = event.clientX
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const move = (next: globalThis.PointerEvent): void => onChange(width + from - next.clientX)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={width}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') onChange(width + 24)
        if (event.key === 'ArrowRight') onChange(width - 24)
      }}
      className="absolute inset-y-0 -left-1 z-20 w-2 cursor-col-resize touch-none focus-visible:bg-accent-mark max-desk:hidden"
    />
  )
}

/**
 * What had the focus may go as the panel comes, as the palette does whose step it shows: then the panel takes it. When the panel goes, the
 * focus returns to what had it before, if that is still there.
 */
function useHeldFocus(panel: RefObject<HTMLElement | null>): void {
  const [isSomewhere] = useState(() => document.activeElement !== document.body)
  useEffect(() => {
    const before = document.activeElement
    if (isSomewhere && before === document.body) panel.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [panel, isSomewhere])
}

function keptWidth(): number {
  try {
    return Number(localStorage.getItem(WIDTH_KEY)) || USUAL
  } catch {
    return USUAL
  }
}

function keepWidth(width: number): void {
  try {
    localStorage.setItem(WIDTH_KEY, String(width))
  } catch {
    // Storage can be forbidden; the width then lasts as long as the page.
  }
}
