/**
 * `version` grows with every change to anything the application owns; caches are keyed by it. The versions of its parts grow with what
 * requests and messages read; commits compare them.
 */
export interface StoredApplication {
  id: string
  uid: string | null
  name: string
  metadata: string // JSON object
  plan: string
  settings: string // JSON: defaultSigning, defaultRetryPolicy
  throttle_rate: number | null
  version: number
  inbound_version: number
  outbound_version: number
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** Columns that only the store writes. */
export type Versions = 'version' | 'inbound_version' | 'outbound_version'
