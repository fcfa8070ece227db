import type { DeliveryStatus } from '#domain'

export interface StoredDelivery {
  id: string
  application_id: string
  lane: string
  endpoint_id: string | null
  message_id: string | null
  run_id: string | null
  step_id: string | null
  event_type: string
  status: DeliveryStatus
  attempts: number
  retries: number
  retry_in_seen: number
  first_attempt_at: number | null
  next_at: number | null // the due of its scheduled task
  created_at: number
  finished_at: number | null
  last_status: number | null
  last_failure: string | null
  request: string | null // sealed JSON of a step's request: url, headers, policy; of an endpoint's: what it passes on (`passedOn`), else null
  body: Uint8Array | null // a step's body; an endpoint delivery sends its message's payload
}
