/** Event types belong to the organisation, not to an application. */
export interface StoredEventType {
  name: string
  description: string
  archived: number
  deprecated: number
  schemas: string | null // JSON: version -> schema
  example: string | null // JSON
  feature_flags: string | null // JSON array of at least one; null: seen by all
  group_name: string | null
  created_at: number
  updated_at: number
}
