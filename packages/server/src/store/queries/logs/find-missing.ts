import { firstIdAt, type EndpointId, type MessageId } from '#domain'
import type { LogWindow, MissingMessage, MissingScan } from '../../delivery-scan.ts'
import type { Tables } from '../tables.ts'

const WINDOW_ROWS = 1000
/** Payloads are read a few at a time, and not beyond this sum in one window. */
const PAYLOADS_AT_ONCE = 16
const WINDOW_BYTES = 4 * 1024 * 1024

/** Looks through the next window of an application's messages, and answers up to `most` that have no delivery to the endpoint. */
export async function findMissing(
  db: Tables['db'],
  { application, endpoint, filter, beyond, until, wants, passes }: MissingScan,
  most: number,
): Promise<LogWindow<MissingMessage>> {
  let window = db
    .selectFrom('message')
    .select(['id', 'event_type', 'channels', 'created_at'])
    .select((is) => is('payload', 'is', null).as('gone'))
    .where('application_id', '=', application)
    .where('id', '>', beyond)
    .where('id', '<', until)
    .orderBy('id')
    .limit(WINDOW_ROWS)
  if (filter.messageIds != null) window = window.where('id', 'in', filter.messageIds)
  if (filter.before !== null) window = window.where('id', '<', firstIdAt('msg', filter.before))
  if (filter.after !== null) window = window.where('id', '>=', firstIdAt('msg', filter.after))
  const looked = await window.execute()
  const wanted = looked.filter(({ event_type, channels }) =>
    wants({ eventType: event_type, channels: channels === null ? null : (JSON.parse(channels) as string[]) }),
  )
  const got = await deliveredTo(
    db,
    endpoint,
    wanted.map(({ id }) => id),
  )
  const end = looked.length === WINDOW_ROWS ? looked.at(-1)!.id : null
  const missing = wanted
    .filter(({ id }) => !got.has(id))
    .map(({ id, event_type, created_at, gone }) => ({ id: id as MessageId, event_type, created_at, sendable: !Number(gone) }))
  if (passes !== null) return filtered(db, { missing, passes, most, end })
  const rows = missing.slice(0, most)
  return { rows, end: rows.length === most ? rows.at(-1)!.id : end }
}

/** Those that the endpoint's filter lets through. One whose payload is gone was never looked at, so it is not counted. */
async function filtered(
  db: Tables['db'],
  scan: { missing: readonly MissingMessage[]; passes: (payload: Uint8Array) => boolean; most: number; end: string | null },
): Promise<LogWindow<MissingMessage>> {
  const rows: MissingMessage[] = []
  let bytes = 0
  for (let at = 0; at < scan.missing.length; at += PAYLOADS_AT_ONCE) {
    const group = scan.missing.slice(at, at + PAYLOADS_AT_ONCE)
    const ids = group.map(({ id }) => id)
    const payloads = new Map(
      (await db.selectFrom('message').select(['id', 'payload']).where('id', 'in', ids).execute()).map(
        (row) => [row.id, row.payload] as const,
      ),
    )
    for (const one of group) {
      const payload = payloads.get(one.id)
      bytes += payload?.byteLength ?? 0
      if (payload && scan.passes(payload)) rows.push(one)
      if (rows.length === scan.most || bytes > WINDOW_BYTES) return { rows, end: one.id }
    }
  }
  return { rows, end: scan.end }
}

/** Those of the messages that have a delivery to the endpoint, whatever became of it. */
async function deliveredTo(db: Tables['db'], endpoint: EndpointId, messages: readonly string[]): Promise<ReadonlySet<string | null>> {
  if (messages.length === 0) return new Set()
  const rows = await db
    .selectFrom('delivery')
    .select('message_id')
    .where('message_id', 'in', messages)
    .where('endpoint_id', '=', endpoint)
    .execute()
  return new Set(rows.map(({ message_id }) => message_id))
}
