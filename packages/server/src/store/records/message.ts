export interface StoredMessage {
  id: string
  application_id: string
  event_id: string | null
  event_type: string
  channels: string | null // JSON array
  tags: string | null // JSON array
  run_id: string | null // the run that emitted it
  created_at: number
  payload_until: number | null // retention removes the payload then; null: with the message
  payload: Uint8Array | null // null once expunged
}
