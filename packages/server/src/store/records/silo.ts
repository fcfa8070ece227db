/** An entry of the silo, as its last version left it. */
export interface StoredSiloEntry {
  id: string
  application_id: string
  key: string | null
  name: string | null
  tags: string // JSON array
  version: number
  content_type: string
  bytes: number
  sha256: string // hexadecimal
  keep_days: number | null // counted from the last version; null: until it is deleted
  created_at: number
  updated_at: number
  expires_at: number | null
}

export interface StoredSiloVersion {
  entry_id: string
  version: number
  content_type: string
  bytes: number
  sha256: string
  content: Uint8Array
  saved_at: number
  saved_by: string // who: a key, a member, or a run
  mark: string | null // the step of a run that saved it, and saves it once
}

/** One value of the document that an entry is at present, by which it is found. */
export interface StoredSiloValue {
  application_id: string
  path: string
  value: string
  entry_id: string
}

/** What the silo of an application holds, with all versions. */
export interface StoredSiloUsage {
  application_id: string
  entries: number
  bytes: number
}
