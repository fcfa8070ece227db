export interface StoredSecret {
  application_id: string
  name: string
  sealed: string
  last4: string
  created_at: number
  updated_at: number
}
