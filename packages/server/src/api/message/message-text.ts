import type { MessageOut } from '@posthorn/contract'
import { isoText, type ApplicationId } from '#domain'
import type { StoredMessage, ShownMessage } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { MessageToSend } from './message-to-send.ts'

/** In place of a payload that is not kept any more; as Svix says it. */
const EXPUNGED = '{"expired":true}'

/** JSON text, because the payload is put in as it came: parsing it would round its numbers. */
export function messageText(row: ShownMessage, withContent: boolean, more: Pick<MessageOut, 'deliveries'> = {}): string {
  const payload = !withContent ? '{}' : row.payload === null ? EXPUNGED : Buffer.from(row.payload).toString('utf8')
  const head = { id: row.id, eventId: row.event_id, eventType: row.event_type, timestamp: isoText(row.created_at), ...more }
  return `${JSON.stringify(head).slice(0, -1)},"channels":${row.channels ?? 'null'},"tags":${row.tags ?? 'null'},"payload":${payload}}`
}

interface Shown {
  readonly withContent: boolean
  /** By message; absent: they are not asked for. */
  readonly deliveries?: ReadonlyMap<string, MessageOut['deliveries']> | undefined
}

/** The messages of a page, by id. One that retention removes meanwhile is not there. */
export async function messageTexts(
  { store }: Pick<ApiDeps, 'store'>,
  ids: readonly string[],
  { withContent, deliveries }: Shown,
): Promise<ReadonlyMap<string, string>> {
  const rows = await store.logs.messages.byIds(ids, withContent)
  return new Map(rows.map((row) => [row.id, messageText(row, withContent, { deliveries: deliveries?.get(row.id) })]))
}

/** The row of a message that was just made, as the store has it. */
export function messageRow(message: Omit<MessageToSend, 'data' | 'only'>, application: ApplicationId): StoredMessage {
  const { id, eventId, eventType, channels, tags, createdAt, payloadUntil = null, payload } = message
  return {
    id,
    application_id: application,
    event_id: eventId,
    event_type: eventType,
    channels: channels && JSON.stringify(channels),
    tags: tags && JSON.stringify(tags),
    run_id: null,
    created_at: createdAt,
    payload_until: payloadUntil,
    payload,
  }
}
