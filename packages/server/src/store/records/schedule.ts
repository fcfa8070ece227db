/** When a flow starts by itself next. There is a row while the flow is on and its published version has a schedule. */
export interface StoredSchedule {
  flow_id: string
  application_id: string
  spec: string // JSON of the trigger
  due_at: number | null // null: it never comes
}
