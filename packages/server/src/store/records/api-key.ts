export interface StoredApiKey {
  id: string
  application_id: string | null // null: the whole organisation
  name: string
  kind: string // key | portal
  parent_id: string | null // of a portal's page: the key that its link stood for, with which it ends
  access: string // read | write
  feature_flags: string | null // JSON array: which flagged event types an application's key sees; null: none
  hash: string // SHA-256 of the key, hexadecimal
  last4: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}
