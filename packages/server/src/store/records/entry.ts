/** A file that came with a request. Its bytes are with `EntryFiles`. */
export interface StoredEntry {
  id: string
  application_id: string
  listener_id: string | null
  request_id: string | null
  field: string
  name: string | null // as its sender says
  content_type: string
  bytes: number
  sha256: string // hexadecimal
  created_at: number
  removed_at: number | null // nobody sees it any more; its bytes go, and then the row
}

/** What an application keeps, removed or not, as long as the bytes are there. */
export interface StoredEntryUsage {
  application_id: string
  files: number
  bytes: number
}
