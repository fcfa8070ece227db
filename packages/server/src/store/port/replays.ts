import type { DeliveryId, EndpointId, MessageId, ReplayId } from '#domain'
import type { NewDelivery } from './new-work.ts'

export interface ReplayStep {
  readonly replay: ReplayId
  /** As it was read: another revision, and the step is lost. */
  readonly rev: number
  /** The last id that was looked at. */
  readonly place: string
  /** Deliveries that get one manual attempt, as with `resend`. */
  readonly resend: readonly DeliveryId[]
  /** Deliveries that were never made. One whose message has a delivery to that endpoint by now is left out. */
  readonly create: readonly MissingDelivery[]
  /** Runs that were started for it already, each under a key of its own, so that none is started twice. */
  readonly started: number
  /** Found, and not to be sent: their payload is gone. */
  readonly skipped: number
  /** Nobody takes the next step before. */
  readonly waitMs: number
  /** It looked at everything, or cannot go on for this reason. */
  readonly end: { readonly status: 'done' } | { readonly status: 'failed'; readonly failure: string } | null
}

export type MissingDelivery = Pick<NewDelivery, 'id' | 'event_type' | 'created_at'> & {
  readonly endpoint_id: EndpointId
  readonly message_id: MessageId
}

export type ReplayStepResult =
  | { readonly kind: 'advanced'; readonly queued: number }
  /** Somebody else took this step, it is not due yet, or it was cancelled. */
  | { readonly kind: 'lost' }
