import { parseExactJson } from '#domain'
import type { StoredMessage } from '#store'
import { CANONICAL_BYTES_MAX, contentDigest } from '../content-digest.ts'
import type { MessageToSend } from './message-to-send.ts'

/**
 * Whether a call that was repeated under its Idempotency-Key in other bytes says the same as the first one's message does: canonical JSON
 * is compared (decisions/idempotency-compares-json). Only asked where the bytes differ, so that what is sent once pays nothing for
 * it. False where the first one's payload is no longer kept.
 */
export function isSameMessage(
  first: Omit<StoredMessage, 'application_id' | 'run_id'> & { readonly isEventIdMade: boolean },
  again: MessageToSend,
): boolean {
  if (first.payload === null) return false
  const kept = contentOf({
    eventId: first.event_id,
    isEventIdMade: first.isEventIdMade,
    eventType: first.event_type,
    channels: first.channels,
    tags: first.tags,
    keepMs: first.payload_until && first.payload_until - first.created_at,
    createdAt: first.created_at,
    payload: first.payload,
  })
  const said = contentOf({
    eventId: again.eventId,
    isEventIdMade: again.isEventIdMade === true,
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
  readonly isEventIdMade: boolean
  readonly eventType: string
  readonly channels: string | null
  readonly tags: string | null
  readonly keepMs: number | null
  readonly createdAt: number
  readonly payload: Uint8Array
}

function contentOf({ eventId, isEventIdMade: isMade, eventType, channels, tags, keepMs, createdAt, payload }: Said): string {
  const id = isMade ? null : eventId
  return JSON.stringify([id, eventType, channels, tags, keepMs, payloadDigest(payload, { isMade, createdAt })])
}

/** Of an envelope, without the id and the time that were filled in. Numbers count with all their digits. */
function payloadDigest(bytes: Uint8Array, { isMade, createdAt }: { isMade: boolean; createdAt: number }): string {
  if (bytes.length > CANONICAL_BYTES_MAX) return contentDigest(null, bytes)
  const value = parseExactJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as Record<string, unknown>
  const filled = new Date(createdAt).toISOString()
  const { id, created_at: at, timestamp, ...said } = value
  const rest = { ...said, ...(!isMade && { id }), ...(at !== filled && { at, timestamp }) }
  return contentDigest(rest, JSON.stringify(rest))
}
