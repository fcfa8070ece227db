export interface StoredFlow {
  id: string
  application_id: string
  uid: string | null
  name: string
  enabled: number
  draft: string // JSON definition
  published_version: number | null
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** What is known of a draft without reading it. */
export interface StoredFlowDraft {
  flow_id: string
  /** It differs from the version that is published. */
  changed: number
  trigger_text: string // JSON
  findings: string // JSON: faults and warnings
  saved_by: string | null // a member or key; null: before that was kept
  saved_at: number | null
}

export interface StoredFlowVersion {
  flow_id: string
  version: number
  definition: string // JSON
  created_at: number
  created_by: string
  note: string | null
  hash: string | null // of the definition; null: before that was kept
}
