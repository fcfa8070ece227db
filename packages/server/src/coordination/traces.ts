import type { LoadedDelivery, LoadedRun, NewMessage, NewRequest, NewRun, RunCommit, Settlement } from '#store'

/**
 * What rooms report of what was kept, where traces are collected. Called behind the commit, in passing: nothing is waited for, and nothing
 * that goes wrong there comes back.
 */
export interface Traces {
  /** So large a share of the traces that begin here is kept. */
  readonly share: number
  request(kept: TracedRequest): void
  /** One that was sent by the API, whose caller said this of its trace. */
  message(message: NewMessage, told: string | null): void
  /** One that ended before it was kept. */
  endedRun(run: NewRun, request: NewRequest): void
  /** What a segment of a run left: the messages that it made, and the run itself where it has ended. */
  segment(loaded: LoadedRun, commit: RunCommit, start: RunStart): void
  settlement(settled: TracedSettlement): void
}

export interface TracedRequest {
  readonly request: NewRequest
  readonly status: 'accepted' | 'duplicate'
  /** Of its listener, below the application. */
  readonly suffix: string
  /** When its commit was synced, and when its answer was known; it may have been waited for. */
  readonly keptAt: number
  readonly answeredAt: number
  /** Undefined: its caller went away before. */
  readonly answer: number | undefined
}

export interface TracedSettlement {
  readonly settlement: Settlement
  readonly delivery: LoadedDelivery['delivery']
  /** What the delivery was told of its trace. */
  readonly told: string | null
  readonly method: string
}

/** What a run was started by, where it was no request: what it was told of its trace, and the message of the event. */
export interface RunStart {
  readonly told: string | null
  readonly message: string | null
}
