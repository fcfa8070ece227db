import type { MessageTable } from '#store'

/** In place of a payload that is not kept any more; as Svix says it. */
const EXPUNGED = '{"expired":true}'

/** JSON text, because the payload is put in as it came: parsing it would round its numbers. */
export function messageText(row: MessageTable, withContent: boolean): string {
  const payload = !withContent ? '{}' : row.payload === null ? EXPUNGED : Buffer.from(row.payload).toString('utf8')
  const head = { id: row.id, eventId: row.event_id, eventType: row.event_type, timestamp: new Date(row.created_at).toISOString() }
  return `${JSON.stringify(head).slice(0, -1)},"channels":${row.channels ?? 'null'},"tags":${row.tags ?? 'null'},"payload":${payload}}`
}
