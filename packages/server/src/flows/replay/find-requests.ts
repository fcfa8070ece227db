import { firstIdAt } from '#domain'
import type { RequestHead, RequestReplayFilter, Store } from '#store'
import { answerOf, asksAnswer, fitsAnswer, repliesTo } from './answers.ts'

/** Requests to be run again: only what was accepted, the oldest first, and only what was there when it was asked for. */
export interface RequestSet {
  readonly kind: 'requests'
  readonly filter: RequestReplayFilter
  /** The first id that is not in it any more. */
  readonly until: string
}

interface Looking {
  readonly set: RequestSet
  /** Whose requests. */
  readonly listeners: readonly string[]
  readonly beyond: string
}

interface Window {
  readonly rows: readonly RequestHead[]
  /** Where the looking goes on; null: there is no more. */
  readonly end: string | null
}

/** Of all listeners together, in memory for a moment. */
const ROWS_MAX = 20_000
const ROWS_MIN = 20

/** So many windows of a budget, which the listeners share. */
export function windowsAmong(listeners: readonly string[], most: number): number {
  return Math.max(1, Math.floor(most / Math.max(1, listeners.length)))
}

/** Looks through the next window of the log of each listener beyond `beyond`, for up to `most` of all together, the oldest first. */
export async function findRequestsToRun(store: Pick<Store, 'logs'>, { set, listeners, beyond }: Looking, most: number): Promise<Window> {
  const [only] = listeners
  if (listeners.length === 1) return findOf(store, { set, listener: only!, beyond }, most)
  const each = Math.min(most, Math.max(ROWS_MIN, Math.floor(ROWS_MAX / listeners.length)))
  const windows: Window[] = []
  for (const listener of listeners) windows.push(await findOf(store, { set, listener, beyond }, each))
  const ends = windows.flatMap(({ end }) => end ?? [])
  // Behind the first end a listener may have older requests than those that another one gave.
  const end = ends.length === 0 ? null : ends.reduce((first, one) => (one < first ? one : first))
  const rows = windows.flatMap((window) => window.rows.filter(({ id }) => end === null || id <= end)).toSorted(byId)
  return rows.length <= most ? { rows, end } : { rows: rows.slice(0, most), end: rows[most - 1]!.id }
}

const byId = (a: RequestHead, b: RequestHead) => (a.id < b.id ? -1 : 1)

async function findOf(
  { logs }: Pick<Store, 'logs'>,
  { set, listener, beyond }: Omit<Looking, 'listeners'> & { readonly listener: string },
  most: number,
): Promise<Window> {
  const { requestIds, eventType, method, statusCodeClass, minDurationMs, before, after, text } = set.filter
  const named = { ids: requestIds ?? undefined, eventType: eventType ?? undefined, method: method ?? undefined, text: text ?? undefined }
  const asked = { status: 'accepted', ...named } as const
  const until = before === null ? set.until : [firstIdAt('req', before), set.until].toSorted()[0]!
  const stretch = {
    order: 'asc',
    beyond: beyond === '' ? null : beyond,
    from: after === null ? null : firstIdAt('req', after),
    until,
    limit: most,
  } as const
  const answer = { statusCodeClass: statusCodeClass ?? undefined, minDurationMs: minDurationMs ?? undefined }
  const { rows, end } = await logs.requests.search(listener, { ...asked, ...answer }, stretch)
  if (!asksAnswer(answer)) return { rows, end }
  // What a flow answered stands in its run, so the log lets those through, and here they are compared.
  const replies = await repliesTo(logs, rows)
  return { rows: rows.filter((row) => fitsAnswer(answerOf(row, replies), answer)), end }
}
