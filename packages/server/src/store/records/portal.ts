/** A link that opens the portal of an application, once. */
export interface StoredPortalLink {
  hash: string // SHA-256 of the link's token, hexadecimal
  key_id: string // whose rights it hands on
  created_at: number
  expires_at: number
  used_at: number | null
}

/** How the portal looks; there is one row at most. */
export interface StoredPortalLook {
  id: number
  look: string // JSON
  updated_at: number
}
