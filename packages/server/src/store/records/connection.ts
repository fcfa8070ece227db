/** Where a system is that http_request steps call, and how calls show who calls. */
export interface StoredConnection {
  application_id: string
  name: string
  base_url: string
  auth: string // JSON; of a secret its name
  created_at: number
  updated_at: number
}
