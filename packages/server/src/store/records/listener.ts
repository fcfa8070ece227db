export interface StoredListener {
  id: string
  application_id: string
  uid: string | null
  name: string
  system: string
  suffix: string
  methods: string // JSON array
  auth: string // sealed JSON
  config: string // JSON: every other field of the listener
  enabled: number
  capture: string | null // JSON: of waiting for a request that becomes the example, and of what came of it
  capture_until: number | null // null: none is waited for
  created_at: number
  updated_at: number
  deleted_at: number | null
}
