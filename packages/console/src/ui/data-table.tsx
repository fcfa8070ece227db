import { Link, type LinkProps } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { classNames } from '../lib/class-names.ts'
import type { Selection } from './select/selection.ts'
import { useIsNarrow } from '../lib/use-narrow.ts'
import { AllBox, moveByKeys, RowBox } from './select/row-keys.tsx'

export interface Column<Row> {
  readonly name: string
  readonly head: ReactNode
  /** CSS width; absent: what is left. */
  readonly width?: string
  readonly align?: 'right'
  /** On a phone a row is a small card: what is aligned to the right, or says so here, stands at its right side. What says so does not give way there. */
  readonly phone?: 'right' | 'first right'
  /** Gives way when there is little room: `panel` beside an open panel, `narrow` wherever not all columns have room too, the last of them first, `first` before those, `last` behind them. */
  readonly gives?: keyof typeof givesAt
  cell(row: Row): ReactNode
}

interface Props<Row> {
  /** What this is a list of, for who cannot see it. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  rowKey(row: Row): string
  /** Where a row leads; its whole surface is the link. */
  rowLink?: (row: Row) => LinkProps
  /** The link's name: "invoice.created to api.tallybooks.example, waiting". */
  rowLabel?: (row: Row) => string
  readonly selected?: string | undefined
  /** Rows can be chosen, to do something with all of them. */
  readonly selection?: Selection | undefined
  /** More rows exist; asked for before the end is reached. */
  readonly more?: { readonly loading: boolean; load(): void } | undefined
  /** A panel stands beside it. */
  readonly beside?: boolean
  /** Keys of rows that came while one looked on. */
  readonly arrived?: ReadonlySet<string>
  /** Rows of two lines. */
  readonly tall?: boolean
  /** Its own surface scrolls; off inside a card of a page that scrolls. */
  readonly scrolls?: boolean
  /** Of the scrolling surface: whether it is at its top, for live lists. */
  onAtTop?: (atTop: boolean) => void
}

/** By the table's own width: beside a panel and within a card it has less than the page. of `narrow` ones the last goes first where not all have room. */
const givesAt = { panel: '', first: '@max-[960px]:hidden', narrow: '', last: '@max-[600px]:hidden' } as const

const ROW_HEIGHT = 40
const TALL_HEIGHT = 54
/** Of a card with two or three lines; the real height is measured. */
const CARD_HEIGHT = 76
const VIRTUAL_FROM = 100
/** Of a column that takes what is left: so much at least, and so much before others give way to it. */
const FLEXIBLE_MIN = 140
const FLEXIBLE_GOOD = 180
/** Of the column of boxes, in a card. */
const BOX_WIDTH = 48

/** Every list of the console. Rows above a hundred are virtual; `j` and `k` move while the list has the focus, `x` selects. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, rows, columns, more, selection, beside = false, tall = false, scrolls = true } = props
  const order = (): string[] => rows.map((row) => props.rowKey(row))
  const surface = useRef<HTMLDivElement>(null)
  const stacked = useIsNarrow()
  const away = useGivingWay(surface, columns, selection === undefined ? 0 : BOX_WIDTH)
  const shown = columns.filter((column) => {
    const { gives, phone } = column
    if (gives === undefined || gives === 'last') return true
    if (stacked) return !beside && phone !== undefined
    return !beside && !narrowOf(columns).slice(0, away).includes(column)
  })
  const width = shown.length + (selection === undefined ? 0 : 1)
  const least = `${leastWidth(
    shown.filter(({ gives }) => gives === undefined || gives === 'panel'),
    FLEXIBLE_MIN,
  )}px`
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => surface.current,
    estimateSize: () => (stacked ? CARD_HEIGHT : tall ? TALL_HEIGHT : ROW_HEIGHT),
    overscan: 12,
    enabled: scrolls && rows.length > VIRTUAL_FROM,
  })
  const virtual = scrolls && rows.length > VIRTUAL_FROM
  const items = virtual ? virtualizer.getVirtualItems() : undefined
  const first = items?.[0]?.start ?? 0
  const after = items === undefined ? 0 : virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  const lastSeen = items === undefined ? rows.length - 1 : (items.at(-1)?.index ?? 0)
  const [nearEnd, look] = useNearEnd(surface)
  // Where the page scrolls and not the list, it is whole.
  useLoadMore(more, virtual ? lastSeen >= rows.length - 20 : nearEnd || !scrolls)

  return (
    <div
      ref={surface}
      {...(scrolls && { 'data-scrolls': true })}
      className={classNames(
        '@container overflow-x-auto bg-surface',
        // A list that is the page begins where its title does.
        scrolls ? '[--edge:var(--list-edge,var(--gutter))]' : '[--edge:var(--space-4)]',
        scrolls && 'min-h-0 flex-1 overflow-auto max-desk:min-h-40 [scroll-padding-top:34px]',
      )}
      // Rows that lead nowhere hold nothing by which the keyboard could reach the surface that scrolls.
      {...(props.rowLink === undefined && { role: 'region', 'aria-label': label, tabIndex: 0 })}
      onScroll={(event) => {
        look()
        props.onAtTop?.(event.currentTarget.scrollTop < 8)
      }}
      onKeyDown={(event) => moveByKeys(event, selection && { selection, order })}
    >
      <table
        aria-label={label}
        aria-rowcount={more === undefined ? rows.length + 1 : -1}
        // Where there is too little room the columns keep theirs, and the table scrolls in its own surface.
        style={{ '--least': least } as Record<string, string>}
        className={classNames('w-full border-separate border-spacing-0', stacked ? 'block' : 'table-fixed min-w-(--least)')}
      >
        <thead className={stacked ? 'sr-only' : ''}>
          <tr>
            {selection !== undefined && (
              <th
                scope="col"
                className="sticky top-0 z-10 h-[34px] w-[calc(var(--edge)+2rem)] border-b border-line bg-surface p-0 pl-[calc(var(--edge)-1rem)]"
              >
                {/* Heads of a phone are only heard: nothing that can be pressed hides there. */}
                {stacked ? 'Select' : <AllBox selection={selection} ids={order()} />}
              </th>
            )}
            {shown.map(({ name, head, width, align, gives }) => (
              <th
                key={name}
                scope="col"
                style={width === undefined ? undefined : { width }}
                className={classNames(
                  'sticky top-0 z-10 h-[34px] border-b border-line bg-surface px-3 text-xs font-medium whitespace-nowrap text-text-3 first:pl-(--edge) last:pr-(--edge)',
                  align === 'right' ? 'text-right' : 'text-left',
                  !stacked && gives !== undefined && givesAt[gives],
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={stacked ? 'block' : ''}>
          {first > 0 && <Gap height={first} columns={width} />}
          {(items ?? rows.map((_, index) => ({ index }))).map(({ index }) => {
            const row = rows[index]
            return row === undefined ? null : (
              <TableRow
                key={props.rowKey(row)}
                {...props}
                order={order}
                columns={shown}
                row={row}
                index={index}
                stacked={stacked}
                measure={virtual && stacked ? virtualizer.measureElement : undefined}
              />
            )
          })}
          {after > 0 && <Gap height={after} columns={width} />}
        </tbody>
      </table>
    </div>
  )
}

/** What the columns need at least, in pixels. */
function leastWidth(columns: readonly { readonly width?: string }[], flexible: number): number {
  return columns.reduce((sum, { width }) => sum + (width === undefined ? flexible : Number.parseInt(width, 10)), 0)
}

/** Those that give way where not all have room, the first to go first. */
function narrowOf<Item extends Pick<Column<never>, 'gives'>>(columns: readonly Item[]): readonly Item[] {
  return columns.filter(({ gives }) => gives === 'narrow').toReversed()
}

/** How many columns have to give way in a surface as wide as it is now, also once something beside it has opened. */
function useGivingWay(
  surface: RefObject<HTMLElement | null>,
  columns: readonly Pick<Column<never>, 'gives' | 'width'>[],
  beside: number,
): number {
  const [away, setAway] = useState(0)
  const needs = neededBy(columns).map((need) => need + beside)
  const key = needs.join()
  useLayoutEffect(() => {
    const element = surface.current
    if (element === null) return undefined
    const look = (): void => setAway(needs.filter((need) => need > element.clientWidth).length)
    look()
    const watch = new ResizeObserver(look)
    watch.observe(element)
    return () => watch.disconnect()
    // By what they need, and not by which objects they are: those are new each time.
  }, [surface, key])
  return away
}

/** What all columns need, and what is needed once one after the other gives way. */
function neededBy(columns: readonly Pick<Column<never>, 'gives' | 'width'>[]): readonly number[] {
  const narrow = narrowOf(columns)
  const lasting = columns.filter(({ gives }) => gives !== 'first')
  return narrow.map((_, gone) =>
    leastWidth(
      lasting.filter((column) => !narrow.slice(0, gone).includes(column)),
      FLEXIBLE_GOOD,
    ),
  )
}

function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}

function TableRow<Row>({
  row,
  index,
  columns,
  rowKey,
  rowLink,
  rowLabel,
  selected,
  selection,
  order,
  arrived,
  tall = false,
  stacked,
  measure,
}: Props<Row> & {
  order(): readonly string[]
  readonly row: Row
  readonly index: number
  readonly stacked: boolean
  readonly measure: ((row: HTMLElement | null) => void) | undefined
}) {
  const key = rowKey(row)
  const isOpen = key === selected
  const on = isOpen || selection?.ids.has(key) === true
  const link = rowLink?.(row)
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selected === undefined ? undefined : isOpen}
      className={classNames(
        'group relative',
        stacked &&
          'grid min-h-target content-center grid-flow-dense grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 border-b border-line px-4 py-2.5',
        stacked && selection !== undefined && 'pl-11',
        stacked && on && 'bg-selected',
        link !== undefined && 'hover:[&>td]:bg-hover',
        arrived?.has(key) && 'arriving',
      )}
    >
      {selection !== undefined && (
        <td
          className={
            stacked
              ? 'absolute inset-y-0 left-0 w-11'
              : classNames('border-b border-line p-0 pl-[calc(var(--edge)-1rem)]', on && 'bg-selected!')
          }
        >
          <RowBox selection={selection} id={key} order={order} label={`Select ${rowLabel?.(row) ?? key}`} />
        </td>
      )}
      {columns.map(({ name, align, gives, phone, cell }, at) => (
        <td
          key={name}
          className={classNames(
            'clip',
            (align === 'right' || (stacked && phone !== undefined)) && 'num text-right',
            ...(stacked
              ? [
                  align === 'right' || phone !== undefined ? 'col-start-2' : 'col-start-1',
                  phone === 'first right' && 'order-first',
                  'empty:hidden',
                ]
              : [
                  'border-b border-line px-3 first:pl-(--edge) last:pr-(--edge)',
                  tall ? 'h-[54px]' : 'h-row',
                  gives !== undefined && givesAt[gives],
                ]),
            on && 'bg-selected!',
          )}
        >
          {at === 0 && link !== undefined ? (
            <Link
              {...link}
              data-row-link={key}
              aria-label={rowLabel?.(row)}
              aria-current={isOpen ? 'true' : undefined}
              // The link covers its row; what can be pressed in the row stands above it.
              className="after:absolute after:inset-0 after:content-[''] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  )
}

/** Further pages are fetched when one comes near to them: a list that has only its first page goes on by itself. */
const NEAR_PX = 400

function useNearEnd(surface: RefObject<HTMLElement | null>): readonly [boolean, () => void] {
  const [near, setNear] = useState(false)
  const look = useCallback((): void => {
    const { scrollHeight = Infinity, scrollTop = 0, clientHeight = 0 } = surface.current ?? {}
    setNear(scrollHeight - scrollTop - clientHeight < NEAR_PX)
  }, [surface])
  useEffect(look)
  return [near, look]
}

function useLoadMore(more: Props<never>['more'], near: boolean): void {
  const load = more?.load
  const waiting = more?.loading ?? true
  const ask = useCallback(() => load?.(), [load])
  useEffect(() => {
    if (near && !waiting) ask()
  }, [near, waiting, ask])
}

/** What stands above the row's link and can be pressed by itself. */
export function InRow({ children }: { readonly children: ReactNode }) {
  return <span className="relative z-[1]">{children}</span>
}
