import type { RequestStatus } from '#domain'

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
  received_at: number
  body_bytes: number
  body: Uint8Array | null // decoded; null also where a form stands for it
  form: string | null // JSON: RequestForm, of a multipart form
}
