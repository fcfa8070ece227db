import type { RunStatus } from '#domain'

/** The holder of a run that no session took: `adoptRuns` gives it to the next one that asks. */
export const NOBODY = 'nobody'

/** Where a run stands at the gate of a flow that has so many runs at a time: it waits, or is within until it ends. */
export const gates = { waits: 1, within: 2 } as const

export interface StoredRun {
  id: string
  application_id: string
  flow_id: string
  version: number
  trigger: string // webhook | job | event | schedule
  request_id: string | null
  key: string
  tags: string | null // JSON array
  gate: number | null // of `gates`; null: its flow had none when it began
  status: RunStatus
  rev: number
  holder: string | null // the session that runs it now
  waiter: string | null // the session that holds its caller
  answer_by: number | null // when the time of its caller, who waits, is over; whether it was answered stands in `reply`
  parked_on: string | null // the delivery it waits for; `EACH` for each of its own, until it waits for none any more
  due_at: number | null // the moment it waits for
  created_at: number
  finished_at: number | null
  error_code: string | null
  reply: string | null // JSON: status, headers, body (base64 if binary)
  wake: string | null // JSON: outcome of the delivery it waited for; with `EACH` one `wakeLine` for each that ended and was not heard yet
  state: string | null // JSON of the interpreter; null once finished
  input: string | null // JSON: what a job or an event brought, or the event of a request that brought many; null if a whole request started it
  steps: string // JSON array of step records
  faults: string // JSON array
  meta: string // JSON object
}
