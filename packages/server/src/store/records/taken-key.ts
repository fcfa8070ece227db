/** In the place of a status: the call had its effect, and has not answered. */
export const CARRIED_OUT = 0

export interface StoredIdempotency {
  key: string // digest of the caller's key, the API key, the method and the path
  body_hash: string
  status: number | null // null while the first call is under way, then `CARRIED_OUT`, or that of its answer
  body: string | null // sealed; before the answer the session that makes the call, and which of its calls
  created_at: number
  expires_at: number
}

export interface StoredDedup {
  scope: string
  key: string // SHA-256, hexadecimal
  ref: string
  expires_at: number
}
