import type { RequestStatus } from '#domain'

/** By which kind of authentication a request was verified, and with which secret where there is one. */
export interface RequestProof {
  readonly kind: string
  readonly secretLast4: string | null
  /** The name of that secret; older rows have none. */
  readonly secret?: string
}

/** The request that another one was made of: taken after it had been refused, or edited. */
export interface RequestOrigin {
  readonly kind: 'accepted' | 'edited'
  readonly request: string
}

export interface StoredRequest {
  id: string
  application_id: string | null
  listener_id: string | null
  status: RequestStatus
  reason: string | null // an error code, if rejected
  detail: string | null
  method: string
  path: string
  query: string // as received, undecoded
  headers: string // JSON array of [name, value], credentials redacted
  ip: string
  content_type: string | null
  event_type: string | null
  dedup_key: string | null
  duplicate_of: string | null
  run_ids: string // JSON array
  reply_status: number | null // if it was known when the request was accepted
  took_ms: number | null // from its arrival until that answer was made
  received_at: number
  body_bytes: number
  body: Uint8Array | null // decoded; null also where a form stands for it
  form: string | null // JSON: RequestForm, of a multipart form
  verified: string | null // JSON: RequestProof, how it proved where it comes from
  origin: string | null // JSON: RequestOrigin, of a request that was made of another by hand
}

/** All columns but the body, which may have ten megabytes. */
const bodylessColumns = [
  ...(['id', 'application_id', 'listener_id', 'status', 'reason', 'detail', 'method', 'path', 'query', 'headers', 'ip'] as const),
  ...([
    'content_type',
    'event_type',
    'dedup_key',
    'duplicate_of',
    'run_ids',
    'reply_status',
    'took_ms',
    'received_at',
    'body_bytes',
  ] as const),
  ...(['form', 'verified', 'origin'] as const),
] as const satisfies readonly Exclude<keyof StoredRequest, 'body'>[]

/** What is selected of a request whose body nobody wants. */
export const bodyless = `${bodylessColumns.join(', ')}, null as body`
