/** A person of the organisation. */
export interface StoredMember {
  id: string
  email: string // in small letters
  name: string // empty until an invitation is opened
  role: string // owner | operator | viewer
  applications: string | null // JSON array of ids; null: all
  password: string | null // argon2id in PHC form; null: none was set yet
  created_at: number
  last_seen_at: number | null
  disabled_at: number | null
}

/** A browser in which a member signed in. */
export interface StoredMemberSession {
  hash: string // SHA-256 of the cookie's token, hexadecimal
  member_id: string
  created_at: number
  last_used_at: number
  expires_at: number
  ip: string | null
  user_agent: string | null
}

/** A link with which one person sets a password, once. */
export interface StoredMemberLink {
  hash: string // SHA-256 of the link's token, hexadecimal
  kind: string // owner | invite | reset
  member_id: string | null // null: whoever opens it says who
  created_at: number
  expires_at: number
  used_at: number | null
}
