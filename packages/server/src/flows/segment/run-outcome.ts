import type { DeliveryId, Reply } from '#domain'
import type { ComputeJob, TransformJob } from '#platform'
import type { SiloJob } from '../silo/silo-job.ts'
import type { Carried } from './run-inputs.ts'
import type { RunState } from './run-state.ts'
import type { EmittedMessage, StepDeliveryEffect } from './step-outcome.ts'
import type { StepRecord } from './step-record.ts'

/** With the place that its step had in the run: in a loop its item is part of it. */
export type PlacedDelivery = StepDeliveryEffect & { readonly place: string }

/** What must be committed, in one transaction with the state. */
export interface RunEffects {
  readonly messages: readonly EmittedMessage[]
  readonly deliveries: readonly PlacedDelivery[]
  /** Of steps whose time is over, or whose run is: what they sent is not tried any more. */
  readonly givenUp: readonly DeliveryId[]
  /** Items run beside each other: so much of `wake` is done with. Null: the run waits for one delivery at most. */
  readonly heard: number | null
  /** The caller's answer, if it is due with this commit. */
  readonly reply: Reply | null
}

export type RunOutcome =
  /** Nothing to commit yet: an expression is evaluated elsewhere, or the store is asked for the step at `place`; call again with the answer. */
  | {
      readonly kind: 'compute'
      readonly job: TransformJob | ComputeJob | SiloJob
      readonly place: string
      readonly deadline: number | null
      readonly carried: Carried
    }
  /** Commit, then wait until the delivery has ended, or the step's time is over. */
  | { readonly kind: 'parked'; readonly delivery: StepDeliveryEffect['id']; readonly deadline: number | null }
  /** Commit, then wait until one of several deliveries has ended, or the moment has come. */
  | { readonly kind: 'waits_beside'; readonly until: number | null }
  /** Commit, then wait until the moment has come. */
  | { readonly kind: 'waits'; readonly until: number }
  /** Commit and let the reply leave, then call again: more steps follow (decisions/the-reply-leaves-at-its-step). */
  | { readonly kind: 'reply_segment' }
  /** Commit, then call again: so much was done that it must neither be lost nor done twice. */
  | { readonly kind: 'so_far' }
  | { readonly kind: 'finished'; readonly status: 'ok' | 'ko'; readonly code: string | null }

export interface Advance {
  readonly state: RunState
  /** Those of this call. `state.steps` has all. */
  readonly records: readonly StepRecord[]
  readonly effects: RunEffects
  readonly outcome: RunOutcome
  /** Failures of steps that are our own defects, for the log. */
  readonly defects: readonly StepDefect[]
}

export interface StepDefect {
  readonly step: string
  readonly error: string
}
