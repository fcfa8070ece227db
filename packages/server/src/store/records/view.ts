/** Filters of a list under a name. */
export interface StoredView {
  id: string
  application_id: string
  list: string // requests | runs | messages | deliveries
  name: string // one of its kind for an audience
  audience: string // `all`, or the id of the only one who sees it
  search: string // JSON
  created_by: string
  created_at: number
  updated_at: number
}
