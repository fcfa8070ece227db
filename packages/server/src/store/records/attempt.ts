export interface StoredAttempt {
  id: string
  application_id: string
  delivery_id: string
  endpoint_id: string | null
  message_id: string | null
  event_type: string
  n: number
  manual: number
  ok: number
  started_at: number
  duration_ms: number
  url: string
  status: number | null
  failure: string | null
  detail: string | null
  next_at: number | null
  phases: string // JSON
  request_headers: string // JSON, credentials redacted
  response_headers: string | null // JSON
  response_truncated: number
  response_body: Uint8Array | null
  request_bytes: number | null // of the body that was sent; null: it was the payload itself
  request_body: Uint8Array | null // that body, as much as is kept
}
