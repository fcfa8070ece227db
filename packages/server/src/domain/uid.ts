import type { IdPrefix } from './ids.ts'
import { limits } from './limits.ts'

/**
 * A name that callers give to their own objects and may use in a path instead of the id. It may not begin as an id of its own kind
 * does, so that a path segment is never both.
 */
export function isUid(prefix: IdPrefix, text: string): boolean {
  return text.length <= limits.uidLengthMax && /^[a-zA-Z0-9\-_.]+$/.test(text) && !text.startsWith(`${prefix}_`)
}

/**
 * The id under which every attempt of a message is sent, and by which receivers deduplicate: the caller's own event id, unless it
 * holds a dot, which the signed text `{id}.{timestamp}.{body}` cannot carry; then the message's id.
 */
export function webhookIdOf(message: { readonly id: string; readonly eventId: string | null }): string {
  return message.eventId === null || message.eventId.includes('.') ? message.id : message.eventId
}
