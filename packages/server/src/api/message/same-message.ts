import { isId, parseExactJson } from '#domain'
import type { MessageTable } from '#store'
import { canonicalBytesMax, contentDigest } from '../content-digest.ts'
import type { MessageToSend } from './create-message.ts'

/**
 * Whether a call that was repeated under its Idempotency-Key in other bytes says the same as the first one's message does: canonical JSON
 * is compared (decisions/idempotency-compares-json). Only asked where the bytes differ, so that what is sent once pays nothing for
 * it. False where the first one's payload is no longer kept.
 */
export function isSameMessage(first: Omit<MessageTable, 'application_id' | 'run_id'>, again: MessageToSend): boolean {
  if (first.payload === null) return false
  const kept = contentOf({
    eventId: first.event_id,
    eventType: first.event_type,
    channels: first.channels,
    tags: first.tags,
    keepMs: first.payload_until && first.payload_until - first.created_at,
    createdAt: first.created_at,
    payload: first.payload,
  })
  const said = contentOf({
    eventId: again.eventId,
    eventType: again.eventType,
    channels: again.channels && JSON.stringify(again.channels),
    tags: again.tags && JSON.stringify(again.tags),
    keepMs: again.payloadUntil == null ? null : again.payloadUntil - again.createdAt,
    createdAt: again.createdAt,
    payload: again.payload,
  })
  return kept === said
}

interface Said {
  readonly eventId: string | null
  readonly eventType: string
  readonly channels: string | null
  readonly tags: string | null
  readonly keepMs: number | null
  readonly createdAt: number
  readonly payload: Uint8Array
}

function contentOf({ eventId, eventType, channels, tags, keepMs, createdAt, payload }: Said): string {
  const id = withoutMade(eventId)
  return JSON.stringify([id, eventType, channels, tags, keepMs, payloadDigest(payload, { isMade: id !== eventId, createdAt })])
}

/** An id that was made because its caller gave none says nothing. */
function withoutMade(eventId: string | null): string | null {
  return eventId !== null && isId('evt', eventId) ? null : eventId
}

/** Of an envelope, without the id and the time that were filled in. Numbers count with all their digits. */
function payloadDigest(bytes: Uint8Array, { isMade, createdAt }: { isMade: boolean; createdAt: number }): string {
  if (bytes.length > canonicalBytesMax) return contentDigest(null, bytes)
  const value = parseExactJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as Record<string, unknown>
  const filled = new Date(createdAt).toISOString()
  const { id, created_at: at, timestamp, ...said } = value
  const rest = { ...said, ...(!isMade && { id }), ...(at !== filled && { at, timestamp }) }
  return contentDigest(rest, JSON.stringify(rest))
}
