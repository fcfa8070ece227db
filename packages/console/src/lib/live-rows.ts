import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Page } from './list-page.ts'
import { type LiveEvent, type LiveTopic, useHearing, useIsLive } from './live.ts'

/** The list is asked for again at most so often, however much comes. */
const APART_MS = 300
/** Without a stream. */
const POLL_MS = 5000
/** With one: what no event brings, such as a row that leaves the time range. */
const SELDOM_MS = 60_000

export interface Live<Row> {
  readonly topic: LiveTopic
  /** Which of the topic's rows this list could show. */
  readonly isOf?: (row: Row) => boolean
  /** The id of the row that an event of another topic changes: of a delivery, its message. */
  readonly changedBy?: (event: LiveEvent) => string | null | undefined
}

/** What came while the list was not to move. */
export interface Arrivals {
  readonly fresh: number
  /** Reads the list from its top. */
  show(): void
  /** The pointer or the focus is on it, or it stands still again. */
  hold(isHeld: boolean): void
}

const AT_FIRST = { isHeld: false, isStale: false, timer: undefined as ReturnType<typeof setTimeout> | undefined, readAt: 0 }

/**
 * Keeps a list as the server has it. Rows that are shown change in place. For new ones the first page is read again; while the list is
 * pointed at, or further pages are open, they are only counted, so that nothing moves under a hand.
 */
export function useLiveRows<Row extends { readonly id: string }>(
  key: readonly unknown[],
  live: Live<Row> | undefined,
  pages: number,
): { readonly refetchInterval: number | false; readonly arrivals: Arrivals } {
  const queries = useQueryClient()
  const text = JSON.stringify(key)
  const [fresh, setFresh] = useState<{ readonly of: string; readonly ids: ReadonlySet<string> }>({ of: text, ids: new Set() })
  const state = useRef({ ...AT_FIRST, pages, live, text })
  Object.assign(state.current, { pages, live, text })

  const read = useCallback((): void => {
    const { current } = state
    if (current.timer !== undefined) return
    const wait = Math.max(0, current.readAt + APART_MS - performance.now())
    current.timer = setTimeout(() => {
      current.timer = undefined
      // Pointed at meanwhile: it is read when it is let go.
      current.isStale = current.isHeld || current.pages > 1
      if (current.isStale) return
      current.readAt = performance.now()
      setFresh({ of: current.text, ids: new Set() })
      void readAgain(queries, JSON.parse(current.text) as unknown[])
    }, wait)
  }, [queries])
  useEffect(() => () => clearTimeout(state.current.timer), [])

  const hear = useCallback(
    (events: readonly LiveEvent[]): void => {
      const { current } = state
      const { rows, isGone, isGap, touched } = heardOf(events, current.live)
      if (rows.length + touched.length === 0 && !isGap && !isGone) return
      const queryKey = JSON.parse(current.text) as unknown[]
      const shown = new Set(queries.getQueryData<InfiniteData<Page<Row>>>(queryKey)?.pages.flatMap(({ data }) => data.map(({ id }) => id)))
      const isTouched = touched.some((id) => shown.has(id))
      if (rows.length === 0 && !isGap && !isGone && !isTouched) return
      if (!current.isHeld && current.pages <= 1) return read()
      current.isStale ||= isTouched
      const changed = new Map(rows.filter(({ id }) => shown.has(id)).map((row) => [row.id, row]))
      if (changed.size > 0) queries.setQueryData<InfiniteData<Page<Row>>>(queryKey, (data) => data && withRows(data, changed))
      const ids = isGap ? ['gap'] : rows.map(({ id }) => id).filter((id) => !shown.has(id))
      if (ids.length > 0)
        setFresh((before) => ({ of: current.text, ids: new Set([...(before.of === current.text ? before.ids : []), ...ids]) }))
    },
    [queries, read],
  )
  useHearing(hear)

  const isLive = useIsLive()
  const arrivals: Arrivals = {
    fresh: fresh.of === text ? fresh.ids.size : 0,
    show() {
      void queries.resetQueries({ queryKey: key, exact: true })
      setFresh({ of: text, ids: new Set() })
    },
    hold(isHeld) {
      state.current.isHeld = isHeld
      const isBehind = state.current.isStale || (fresh.of === text && fresh.ids.size > 0)
      if (!isHeld && state.current.pages <= 1 && isBehind) read()
    },
  }
  if (live === undefined) return { refetchInterval: false, arrivals }
  return { refetchInterval: isLive ? SELDOM_MS : POLL_MS, arrivals }
}

/** What events say of a list: its rows that came or changed, whether some are gone or were missed, and which others they change. */
function heardOf<Row>(events: readonly LiveEvent[], { topic, isOf = () => true, changedBy }: Partial<Live<Row>> = {}) {
  return {
    rows: events.flatMap((event) => (event.topic === topic && event.row !== null ? [event.row as unknown as Row] : [])).filter(isOf),
    isGone: events.some((event) => event.topic === topic && event.row === null),
    isGap: events.some((event) => event.topic === 'gap' && topic !== undefined && event.of.includes(topic)),
    touched: events.flatMap((event) => changedBy?.(event) ?? []),
  }
}

/** A first read that is under way was perhaps made before what is told now, and an invalidation would not have it made anew. */
async function readAgain(queries: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  const query = queries.getQueryCache().find({ queryKey, exact: true })
  if (query?.state.data === undefined) await query?.promise?.catch(() => undefined)
  await queries.invalidateQueries({ queryKey, exact: true })
}

function withRows<Row extends { readonly id: string }>(
  data: InfiniteData<Page<Row>>,
  rows: ReadonlyMap<string, Row>,
): InfiniteData<Page<Row>> {
  return { ...data, pages: data.pages.map((page) => ({ ...page, data: page.data.map((row) => rows.get(row.id) ?? row) })) }
}
