import type { ReplayStatus } from '#domain'

/** Which requests are run again, and by what. What is null asks nothing. */
export interface RequestReplayFilter {
  /** Chosen one by one, a thousand at most. Absent in what older releases kept: any. */
  readonly requestIds?: readonly string[] | null
  /** Null: all of the application. */
  readonly listenerId: string | null
  readonly eventType: string | null
  readonly method: string | null
  /** Of what its caller was answered. */
  readonly statusCodeClass: number | null
  /** From its arrival to its answer. Absent in what older releases kept: any. */
  readonly minDurationMs?: number | null
  /** Milliseconds; when the request came. */
  readonly before: number | null
  readonly after: number | null
  readonly text: string | null
  /** Null: all that would take it now. */
  readonly flowId: string | null
  /** Null: the one that is published when its turn comes. */
  readonly version: number | null
}

/** Sending a set of deliveries again, or messages that an endpoint never got, step by step; see `Store.advanceReplay`. */
export interface StoredReplay {
  id: string
  application_id: string
  kind: string // deliveries | missing | requests
  filter: string // JSON: DeliveryFilter; of requests RequestReplayFilter
  rate: number // how many a second
  until: string // the first id that is not in the set any more
  status: ReplayStatus
  rev: number // each step raises it by one, so two processes never take the same one
  place: string // the last id that it looked at; empty at first
  next_at: number // nobody goes on with it before
  matched: number
  queued: number
  skipped: number
  created_at: number
  updated_at: number
  finished_at: number | null
  failure: string | null // why it failed
}
