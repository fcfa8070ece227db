import type { EndpointState } from '#domain'

export interface StoredEndpoint {
  id: string
  application_id: string
  uid: string | null
  url: string
  description: string
  state: EndpointState
  event_types: string | null // JSON array; null means all
  channels: string | null // JSON array
  filter: string | null // JSON object; null: all payloads
  transformation: string | null // JSON: expression; null: the payload as it is
  throttle_rate: number | null
  concurrency: number | null
  ordered: number
  on_exhausted: string // continue | pause
  signing: string // standard | svix | hex
  retry_policy: string | null // JSON; null means the application's default
  timeout_ms: number | null
  success: string | null // JSON: "2xx" or an array of codes
  headers: string | null // sealed JSON object
  metadata: string // JSON object
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** An endpoint of which nobody said more than its URL. */
export const endpointDefaults: Omit<StoredEndpoint, 'id' | 'application_id' | 'url' | 'created_at' | 'updated_at'> = {
  uid: null,
  description: '',
  state: 'active',
  event_types: null,
  channels: null,
  filter: null,
  transformation: null,
  throttle_rate: null,
  concurrency: null,
  ordered: 0,
  on_exhausted: 'continue',
  signing: 'standard',
  retry_policy: null,
  timeout_ms: null,
  success: null,
  headers: null,
  metadata: '{}',
  deleted_at: null,
}

/** The newest row without `expires_at` signs first; rows with a later `expires_at` sign on during an overlap. */
export interface StoredEndpointSecret {
  id: string
  endpoint_id: string
  sealed: string
  created_at: number
  expires_at: number | null
}
