import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { classNames } from '../lib/class-names.ts'
import { visible } from '../lib/visible.ts'

const LINE_HEIGHT = 21.45
/** Beyond it lines are virtual. */
const VIRTUAL_FROM = 400

/** Text as it was sent or received: never as HTML. JSON gets its four quiet hues. */
export function CodeView({
  text,
  json = false,
  label,
  maxHeight = '100%',
  numbers = true,
  chosen,
  onChoose,
}: {
  readonly text: string
  readonly json?: boolean
  readonly label: string
  readonly maxHeight?: string
  readonly numbers?: boolean
  /** The line that is looked at; with `onChoose`, which a click on a line and the arrow keys call. */
  readonly chosen?: number | undefined
  onChoose?: (line: number) => void
}) {
  const lines = useMemo(() => text.split('\n'), [text])
  const surface = useRef<HTMLDivElement>(null)
  const virtual = lines.length > VIRTUAL_FROM
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => surface.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    enabled: virtual,
  })
  const items = virtual ? virtualizer.getVirtualItems() : undefined
  const line = (at: number): ReactNode => (
    <Line key={at} at={at} text={lines[at] ?? ''} json={json} numbered={numbers} chosen={at === chosen} />
  )
  useEffect(() => {
    if (chosen === undefined) return
    if (virtual) virtualizer.scrollToIndex(chosen)
    else surface.current?.querySelector(`[data-line="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen, virtual, virtualizer])
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined || onChoose === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    onChoose(chosen === undefined ? 0 : Math.min(lines.length - 1, Math.max(0, chosen + by)))
  }
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    // Who marks text to copy it has clicked on no line.
    if (onChoose === undefined || document.getSelection()?.isCollapsed === false) return
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-line]')?.dataset['line']
    if (at !== undefined) onChoose(Number(at))
  }
  return (
    <div
      ref={surface}
      role="region"
      tabIndex={0}
      aria-label={label}
      onKeyDown={onKeyDown}
      onClick={onClick}
      style={{ maxHeight }}
      className="min-w-0 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono leading-code [tab-size:2]"
    >
      {items === undefined ? (
        <div className="w-max min-w-full">{lines.map((_, at) => line(at))}</div>
      ) : (
        <div style={{ height: virtualizer.getTotalSize() }} className="relative">
          <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }} className="w-max min-w-full">
            {items.map(({ index }) => line(index))}
          </div>
        </div>
      )}
    </div>
  )
}

function Line({
  at,
  text,
  json,
  numbered,
  chosen,
}: {
  readonly at: number
  readonly text: string
  readonly json: boolean
  readonly numbered: boolean
  readonly chosen: boolean
}) {
  return (
    <div data-line={at} className={classNames('whitespace-pre', chosen && 'bg-selected')}>
      {numbered && (
        <span aria-hidden className="num -ml-1.5 inline-block w-[38px] pr-3.5 text-right text-text-3 select-none">
          {at + 1}
        </span>
      )}
      {json ? <JsonLine text={text} /> : visible(text)}
    </div>
  )
}

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g

/** One line of JSON as it is written with an indent; a text never spans two. */
function JsonLine({ text }: { readonly text: string }) {
  const parts: ReactNode[] = []
  let at = 0
  // A very long line is one text, and is shown without hues rather than looked through.
  if (text.length > 20_000) return visible(text)
  for (const match of text.matchAll(token)) {
    if (match.index > at)
      parts.push(
        <span key={`${at}p`} className="text-text-3">
          {text.slice(at, match.index)}
        </span>,
      )
    const [whole, quoted, colon] = match
    const hue = quoted === undefined ? 'text-code-number' : colon === undefined ? 'text-code-string' : 'text-code-key'
    parts.push(
      <span key={match.index} className={hue}>
        {visible(quoted ?? whole)}
      </span>,
    )
    if (colon !== undefined)
      parts.push(
        <span key={`${match.index}c`} className="text-text-3">
          {colon}
        </span>,
      )
    at = match.index + whole.length
  }
  if (at < text.length)
    parts.push(
      <span key={`${at}p`} className="text-text-3">
        {text.slice(at)}
      </span>,
    )
  return <bdi>{parts}</bdi>
}
