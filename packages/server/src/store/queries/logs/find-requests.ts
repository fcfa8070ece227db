import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { LogWindow } from '../../delivery-scan.ts'
import type { RequestFilter, RequestHead } from '../../logs.ts'
import type { Schema } from '../../schema.ts'
import type { Stretch } from '../../stretch.ts'
import { bytesOf } from '../content-size.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'
import { withinBytes } from './within-bytes.ts'

const WINDOW_ROWS = 2000
/** Bodies are read to their end, so fewer at a time, and the sum of their bytes is bounded as well. */
const TEXT_WINDOW_ROWS = 400

export const headColumns = [
  ...(['id', 'listener_id', 'status', 'reason', 'detail', 'method', 'path', 'query', 'ip', 'content_type', 'event_type'] as const),
  ...(['duplicate_of', 'run_ids', 'reply_status', 'took_ms', 'received_at', 'body_bytes', 'verified', 'origin'] as const),
] as const satisfies readonly (keyof RequestHead)[]

type Select<Row> = SelectQueryBuilder<Schema, 'request', Row>

/**
 * Looks through the next window of a listener's requests. Only their ids are indexed; so whoever filters spends a budget of windows, and
 * goes on from `end`. Without a filter it is one look.
 */
export async function findRequests(
  { db, engine }: Tables,
  { listener, filter }: { readonly listener: string; readonly filter: RequestFilter },
  stretch: Stretch,
): Promise<LogWindow<RequestHead>> {
  const { ids, text } = filter
  const log = db.selectFrom('request').where('listener_id', '=', listener)
  const owned = ids === undefined ? log : log.where('id', 'in', ids)
  const filtered = Object.values(filter).some((one) => one !== undefined)
  const limit = text === undefined ? WINDOW_ROWS : TEXT_WINDOW_ROWS
  let end = filtered ? await endOfWindow(owned.select('id'), 'id', { ...stretch, limit }) : null
  // Up to that row and not so many: rows that come meanwhile would push others out of the window, and nobody would look at them.
  const window = { ...stretch, upTo: end }
  let select = fits(owned.select(headColumns), filter)
  if (text !== undefined) {
    const sized = await inStretch(fits(owned.select(['id', bytesOf('request.body').as('bytes')]), filter), 'id', {
      ...window,
      limit,
    }).execute()
    const kept = withinBytes(sized)
    if (kept.length < sized.length) end = kept.at(-1)!
    if (kept.length === 0) return { rows: [], end }
    select = select.where('id', 'in', kept).where(holdsText(engine, text))
  }
  const rows = await inStretch(select, 'id', window).execute()
  return { rows, end: filtered && rows.length === stretch.limit ? rows.at(-1)!.id : end }
}

/** All that is asked but the text. */
function fits<Row>(
  select: Select<Row>,
  { status, reason, eventType, method, statusCodeClass: from, minDurationMs }: RequestFilter,
): Select<Row> {
  let fitting = select
  if (status !== undefined) fitting = fitting.where('status', '=', status)
  if (reason !== undefined) fitting = fitting.where('reason', '=', reason)
  if (eventType !== undefined) fitting = fitting.where('event_type', '=', eventType)
  if (method !== undefined) fitting = fitting.where('method', '=', method)
  if (minDurationMs !== undefined)
    fitting = fitting.where((is) => is.or([is('reply_status', 'is', null), is('took_ms', '>=', minDurationMs)]))
  if (from === undefined) return fitting
  return fitting.where((is) =>
    is.or([is('reply_status', 'is', null), is.and([is('reply_status', '>=', from), is('reply_status', '<', from + 100)])]),
  )
}

/** Compared as bytes, so that both engines find the same and nothing has to be valid text. */
function holdsText(engine: Tables['engine'], text: string) {
  const holds = engine === 'postgres' ? sql`position(${Buffer.from(text)}::bytea in body) > 0` : sql`instr(body, cast(${text} as blob)) > 0`
  return sql<SqlBool>`(dedup_key = ${text} or ${holds})`
}
