export interface StoredIdempotency {
  key: string // digest of the caller's key, the API key, the method and the path
  body_hash: string
  status: number | null // null while the first call is under way
  body: string | null // sealed
  created_at: number
  expires_at: number
}

export interface StoredDedup {
  scope: string
  key: string // SHA-256, hexadecimal
  ref: string
  expires_at: number
}
