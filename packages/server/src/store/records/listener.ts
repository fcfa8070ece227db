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
  created_at: number
  updated_at: number
  deleted_at: number | null
}
