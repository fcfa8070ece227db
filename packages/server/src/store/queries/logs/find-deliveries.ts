import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import { firstIdAt, testEventType, type DeliveryStatus } from '#domain'
import type { DeliveryScan, FoundDelivery, LogWindow } from '../../delivery-scan.ts'
import type { StoredDelivery } from '../../records/delivery.ts'
import type { Schema } from '../../schema.ts'
import { shownNextAt, shownStatus } from './shown-delivery.ts'
import type { Tables } from '../tables.ts'
import { withinBytes } from './within-bytes.ts'

const WINDOW_ROWS = 2000
/** Payloads are read to their end, so fewer at a time, and the sum of their bytes is bounded as well. */
const TEXT_WINDOW_ROWS = 400

const columns = [
  ...(['id', 'application_id', 'lane', 'endpoint_id', 'message_id', 'run_id', 'step_id', 'event_type', 'status', 'attempts'] as const),
  ...(['retries', 'retry_in_seen', 'first_attempt_at', 'next_at', 'created_at', 'finished_at', 'last_status', 'last_failure'] as const),
] satisfies readonly (keyof StoredDelivery)[]
const plainColumns = columns.filter((name) => name !== 'status' && name !== 'next_at').map((name) => `d.${name}` as const)

/**
 * Looks through the next window of the log and answers up to `most` deliveries that fit, in order. Nothing but the ids is indexed,
 * because each index on `delivery` would be paid for by every settle; so the caller spends a budget of windows, and goes on later from
 * `end`. Both engines look at the same rows in the same windows.
 */
export async function findDeliveries(tables: Tables, scan: DeliveryScan, most: number): Promise<LogWindow<FoundDelivery>> {
  const { filter, order } = scan
  const rowsMax = filter.text === null ? WINDOW_ROWS : TEXT_WINDOW_ROWS
  const window = windowOf(tables, scan)
  const last = await window
    .select('id')
    .limit(1)
    .offset(rowsMax - 1)
    .executeTakeFirst()
  // Up to that row and not so many: rows that come meanwhile would push others out of the window, and nobody would look at them.
  const bounded = last === undefined ? window : window.where('id', order === 'asc' ? '<=' : '>=', last.id)
  let select = tables.db
    .selectFrom(bounded.select(columns).as('d'))
    .leftJoin('message as m', 'm.id', 'd.message_id')
    .leftJoin('lane as l', 'l.lane', 'd.lane')
    .where((is) => is.and(conditions(is, tables.engine, scan)))
    .orderBy('d.id', order)
  let end = last?.id ?? null
  if (filter.text !== null) {
    const sized = await select.select(['d.id', payloadBytes(tables.engine).as('bytes')]).execute()
    const kept = withinBytes(sized)
    if (kept.length < sized.length) end = kept.at(-1)!
    if (kept.length === 0) return { rows: [], end }
    select = select.where('d.id', 'in', kept).where(holdsText(tables.engine, filter.text))
  }
  const { status, nextAt } = shownAs(scan.shownAt)
  const found = await select
    .select(plainColumns)
    .select([status.as('status'), nextAt.as('next_at'), sendable.as('sendable'), stepRequest.as('request')])
    .limit(most)
    .execute()
  const rows = found.map((row) => ({ ...row, sendable: Number(row.sendable) === 1 }))
  return { rows, end: rows.length === most ? rows.at(-1)!.id : end }
}

/** The narrowest id that is asked for chooses the index; all else is compared. */
function windowOf({ db }: Tables, { application, filter, order, beyond, until }: DeliveryScan) {
  const { deliveryId, deliveryIds = null, messageId, messageIds = null, runId, endpointId, before, after } = filter
  let select = db.selectFrom('delivery').orderBy('id', order)
  if (deliveryId !== null) select = select.where('id', '=', deliveryId)
  else if (deliveryIds !== null) select = select.where('id', 'in', deliveryIds)
  else if (messageId !== null) select = select.where('message_id', '=', messageId)
  else if (messageIds !== null) select = select.where('message_id', 'in', messageIds)
  else if (runId !== null) select = select.where('run_id', '=', runId)
  else if (endpointId !== null) select = select.where('endpoint_id', '=', endpointId)
  else if (application !== null) select = select.where('application_id', '=', application)
  if (beyond !== null) select = select.where('id', order === 'asc' ? '>' : '<', beyond)
  if (until !== undefined) select = select.where('id', '<', until)
  if (before !== null) select = select.where('id', '<', firstIdAt('dlv', before))
  if (after !== null) select = select.where('id', '>=', firstIdAt('dlv', after))
  return select
}

/** What a row says of its status, and of its next attempt. */
function shownAs(at: number | undefined) {
  return at === undefined
    ? { status: sql<DeliveryStatus>`d.status`, nextAt: sql<number | null>`d.next_at` }
    : { status: shownStatus(at), nextAt: shownNextAt(at) }
}

type Fields = Pick<StoredDelivery, (typeof columns)[number]>
type Joined = ExpressionBuilder<{ d: Fields; m: Schema['message'] | null }, 'd' | 'm'>

function conditions(
  given: unknown,
  engine: Tables['engine'],
  { application, filter, shownAt, triedAfter, withoutTests }: DeliveryScan,
): Expression<SqlBool>[] {
  const is = given as Joined
  const { deliveryIds = null, statuses, endpointId, messageId, messageIds = null, runId, eventTypes } = filter
  const { statusCodeClass, failure, minDurationMs = null } = filter
  return [
    ...(application === null ? [] : [is('d.application_id', '=', application)]),
    ...(deliveryIds === null ? [] : [is('d.id', 'in', deliveryIds)]),
    ...(statuses === null ? [] : [sql<SqlBool>`${shownAs(shownAt).status} in (${sql.join(statuses)})`]),
    ...(endpointId === null ? [] : [is('d.endpoint_id', '=', endpointId)]),
    ...(messageId === null ? [] : [is('d.message_id', '=', messageId)]),
    ...(messageIds === null ? [] : [is('d.message_id', 'in', messageIds)]),
    ...(runId === null ? [] : [is('d.run_id', '=', runId)]),
    ...(eventTypes === null || eventTypes.includes('*') ? [] : [is.or(eventTypes.map((pattern) => isOfType(is, pattern)))]),
    ...(statusCodeClass === null ? [] : [is.and(hasClass(is, statusCodeClass))]),
    ...(triedAfter === undefined ? [] : [isTriedAfter(engine, triedAfter)]),
    ...(withoutTests ? [is('d.event_type', '<>', testEventType)] : []),
    ...(filter.toEndpoints === true ? [is('d.step_id', 'is', null)] : []),
    ...(failure === null ? [] : [is('d.last_failure', '=', failure)]),
    ...(minDurationMs === null ? [] : [sql<SqlBool>`d.finished_at - d.created_at >= ${minDurationMs}`]),
  ]
}

/** By what the delivery itself waits for: its lane may have it wait longer, and then it goes by itself. */
function isTriedAfter(engine: Tables['engine'], time: number): Expression<SqlBool> {
  const manual =
    engine === 'postgres'
      ? sql`select 1 from task t where t.delivery = d.id and t.manual = 1`
      : sql`select 1 from manual_task t where t.delivery = d.id`
  return sql<SqlBool>`(d.status in ('delivered', 'failed', 'cancelled') or (d.next_at > ${time} and not exists (${manual})))`
}

function isOfType(is: Joined, pattern: string): Expression<SqlBool> {
  if (!pattern.endsWith('.*')) return is('d.event_type', '=', pattern)
  const prefix = pattern.slice(0, -1)
  return sql<SqlBool>`substr(d.event_type, 1, cast(${prefix.length} as integer)) = ${prefix}`
}

/** 0: an attempt was made, and no answer came. */
function hasClass(is: Joined, from: number): Expression<SqlBool>[] {
  return from === 0
    ? [is('d.last_status', 'is', null), is('d.attempts', '>', 0)]
    : [is('d.last_status', '>=', from), is('d.last_status', '<', from + 100)]
}

/** What a step sends stands in its delivery, which the window leaves out. */
const stepRequest = sql<string | null>`(select b.request from delivery b where b.id = d.id)`
const stepBody = sql`(select b.body from delivery b where b.id = d.id)`
const sendable = sql<number>`case when (case when d.message_id is null then ${stepBody} else m.payload end) is null then 0 else 1 end`

function payloadBytes(engine: Tables['engine']) {
  const size = sql.raw(engine === 'postgres' ? 'octet_length' : 'length')
  return sql<number>`coalesce(case when d.message_id is null then ${size}(${stepBody}) else ${size}(m.payload) end, 0)`
}

/** Compared as bytes, so that both engines find the same and nothing has to be valid text. */
function holdsText(engine: Tables['engine'], text: string): Expression<SqlBool> {
  const payload = sql`case when d.message_id is null then ${stepBody} else m.payload end`
  const holds =
    engine === 'postgres' ? sql`position(${Buffer.from(text)}::bytea in ${payload}) > 0` : sql`instr(${payload}, cast(${text} as blob)) > 0`
  return sql<SqlBool>`(m.event_id = ${text} or ${holds})`
}
