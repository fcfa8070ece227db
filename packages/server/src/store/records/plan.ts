/** Plans belong to the organisation. Null: unlimited. */
export interface StoredPlan {
  name: string
  built_in: number // comes with the program, and stays as it is
  endpoints_max: number | null
  deliveries_per_hour: number | null
  retries_max: number | null
  timeout_ms_max: number | null
  default_signing: string // standard | svix | hex
  default_retry_policy: string // JSON
  created_at: number
  updated_at: number
}
