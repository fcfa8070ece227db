export interface StoredAudit {
  id: string
  at: number
  application_id: string | null
  actor: string // the id of a member or key, or "system"
  action: string // noun.verb
  target: string
  before: string | null // JSON, without secrets
  after: string | null
  ip: string | null
}
