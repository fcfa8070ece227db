import type { ApplicationId, DeliveryStatus, EndpointId, MessageId } from '#domain'
import type { StoredDelivery } from './records/delivery.ts'
import type { StoredMessage } from './records/message.ts'

/** Which deliveries are meant. What is null asks nothing. Kept as JSON by replays. */
export interface DeliveryFilter {
  readonly deliveryId: string | null
  /** Chosen one by one, a thousand at most. Absent in what older releases kept: any. */
  readonly deliveryIds?: readonly string[] | null
  readonly statuses: readonly DeliveryStatus[] | null
  readonly endpointId: string | null
  readonly messageId: string | null
  /** Of messages that were chosen one by one, a thousand at most. Absent in what older releases kept: any. */
  readonly messageIds?: readonly string[] | null
  readonly runId: string | null
  /** Names, `*`, and patterns such as `invoice.*`. */
  readonly eventTypes: readonly string[] | null
  /** Of the last attempt's answer: 100 to 500, or 0 where none came. */
  readonly statusCodeClass: number | null
  readonly failure: string | null
  /** From being made to its end; what has not ended has none. Absent in what older releases kept: any. */
  readonly minDurationMs?: number | null
  /** Milliseconds; when the delivery was made. */
  readonly before: number | null
  readonly after: number | null
  /** As it stands in the bytes of the payload, or the event id. */
  readonly text: string | null
  /** Only what goes to endpoints, not what steps of flows send. Absent in what older releases kept: all. */
  readonly toEndpoints?: boolean
}

/** Asks nothing. */
export const anyDelivery: DeliveryFilter = {
  ...{ deliveryId: null, statuses: null, endpointId: null, messageId: null, runId: null, eventTypes: null },
  ...{ statusCodeClass: null, failure: null, before: null, after: null, text: null },
}

export interface DeliveryScan {
  /** Null: of all applications. */
  readonly application: ApplicationId | null
  readonly filter: DeliveryFilter
  readonly order: 'asc' | 'desc'
  /** Only what lies beyond this id, in the direction of `order`. */
  readonly beyond: string | null
  /** Only ids before this one. */
  readonly until?: string
  /** The time at which somebody looks: statuses are shown and compared with what lanes say (`held`, `throttled`). Absent: as they are kept. */
  readonly shownAt?: number
  /** Of what waits, only what waits for a try later than this, and has no manual attempt before it: all else is sent by itself. */
  readonly triedAfter?: number
  /** Without tests, which are nothing to send again. */
  readonly withoutTests?: boolean
}

/** Without what is sent, which is large. */
export type DeliveryHead = Omit<StoredDelivery, 'body'>

export type FoundDelivery = DeliveryHead & {
  /** False: what would be sent is gone. */
  readonly sendable: boolean
}

/** What one window of a log holds of what is looked for. */
export interface LogWindow<Row> {
  readonly rows: readonly Row[]
  /** The last id that was looked at; null when nothing is left to look at. */
  readonly end: string | null
}

/** Messages that an endpoint never got. */
export interface MissingScan {
  readonly application: string
  readonly endpoint: EndpointId
  readonly filter: Pick<DeliveryFilter, 'before' | 'after' | 'messageIds'>
  /** Only messages beyond this id, oldest first. */
  readonly beyond: string
  readonly until: string
  /** Whether the endpoint subscribed to it, and it is asked for. */
  readonly wants: (message: { readonly eventType: string; readonly channels: readonly string[] | null }) => boolean
  /** What the endpoint's filter says of the payload; null: it has none. */
  readonly passes: ((payload: Uint8Array) => boolean) | null
}

export type MissingMessage = Pick<StoredMessage, 'event_type' | 'created_at'> & { readonly id: MessageId; readonly sendable: boolean }
