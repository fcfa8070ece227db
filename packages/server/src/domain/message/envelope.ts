import { isoText } from '../iso-text.ts'

/** An event as an envelope holds it. Wire names are the founding document's and Standard Webhooks'. */
export interface Envelope {
  readonly id: string
  readonly type: string
  /** Milliseconds since 1970; written as `created_at` and, for Standard Webhooks, as `timestamp`. */
  readonly createdAt: number
  /** The application's uid, or its id if it has none. */
  readonly businessId: string
  /** The bytes of one JSON value, as they came. */
  readonly data: Uint8Array
}

const CLOSING = Buffer.from('}')

/**
 * The body `{ id, type, created_at, timestamp, business_id, data }`. The bytes of `data` are put in untouched: parsing and writing
 * them again would change numbers beyond 2^53, escapes and the order of equal keys, all of which the sender may rely on.
 */
export function envelopeBytes({ id, type, createdAt, businessId, data }: Envelope): Uint8Array {
  const at = isoText(createdAt)
  const head = JSON.stringify({ id, type, created_at: at, timestamp: at, business_id: businessId })
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data, CLOSING])
}
