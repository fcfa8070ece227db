import type { DeliveryId, DeliveryStatus, RunId } from '#domain'
import type { DeliveryHead, DeliveryScan, FoundDelivery, LogWindow, MissingMessage, MissingScan } from './delivery-scan.ts'
import type { StoredAttempt } from './records/attempt.ts'
import type { StoredAudit } from './records/audit.ts'
import type { StoredDelivery } from './records/delivery.ts'
import type { StoredEndpoint } from './records/endpoint.ts'
import type { StoredMessage } from './records/message.ts'
import type { StoredRequest } from './records/request.ts'
import type { StoredRun } from './records/run.ts'
import type { Stretch } from './stretch.ts'

/**
 * Reads of the six logs, apart from all else: they are nine tenths of what is kept, so some day they may lie in another store than the
 * configuration and the live work. Every read sees what was committed before it, and none writes.
 *
 * A list is read by its owner and its ids; only those are indexed. What else a filter asks is compared row by row, so whoever filters looks
 * through the log in windows, each of which ends at `windowEnd`: the id of the last row of a stretch that is full; null if it is not.
 */
export interface Logs {
  readonly requests: RequestLog
  readonly runs: RunLog
  readonly messages: MessageLog
  readonly deliveries: DeliveryLog
  readonly attempts: AttemptLog
  readonly audit: AuditLog
}

/** A row by its id, and how much content it would bring: 0 if none is asked for. */
export interface SizedRow {
  readonly id: string
  readonly bytes: number
}

// ---- requests

export interface RequestLog {
  find(application: string, id: string): Promise<StoredRequest | undefined>
  /** What became of a request, for whoever accepted it or a copy of it. */
  outcome(id: string): Promise<Pick<StoredRequest, 'duplicate_of' | 'run_ids' | 'reply_status'> | undefined>
  /** The next window of a listener's requests, whose limit is the rows that fit. */
  search(listener: string, filter: RequestFilter, stretch: Stretch): Promise<LogWindow<RequestHead>>
  /** Of all listeners of an application. For short stretches: each listener is looked into. */
  latest(application: string, stretch: Stretch): Promise<RequestHead[]>
  /** In no order; those that are not kept any more are left out. */
  heads(ids: readonly string[]): Promise<RequestHead[]>
  /** Of one listener, by when they came. */
  outcomes(listener: string, stretch: Stretch): Promise<RequestOutcome[]>
}

export type RequestOutcome = Pick<StoredRequest, 'id' | 'listener_id' | 'status' | 'reason' | 'received_at'>

/** What is left out asks nothing. */
export interface RequestFilter {
  /** Chosen one by one, a thousand at most. */
  readonly ids?: readonly string[] | undefined
  readonly status?: StoredRequest['status'] | undefined
  readonly reason?: string | undefined
  readonly eventType?: string | undefined
  readonly method?: string | undefined
  /** Of the answer: 100 to 500. Requests whose answer is their run's are let through, whatever it is. */
  readonly statusCodeClass?: number | undefined
  /** From its arrival to its answer. Requests whose answer is their run's are let through, however long it took. */
  readonly minDurationMs?: number | undefined
  /** As it stands in the bytes of the body, or the deduplication key. */
  readonly text?: string | undefined
}

/** Lists leave out what may be large. */
export type RequestHead = Omit<StoredRequest, 'headers' | 'body' | 'form' | 'application_id' | 'dedup_key'>

// ---- runs

export interface RunLog {
  find(application: string, id: string): Promise<StoredRun | undefined>
  exists(id: string): Promise<boolean>
  list(filter: RunFilter, stretch: Stretch): Promise<RunHead[]>
  /** Of all flows of an application. For short stretches: each flow is looked into. */
  latest(application: string, stretch: Stretch): Promise<RunHead[]>
  windowEnd(flow: string, stretch: Stretch): Promise<string | null>
  /** In the order of their ids; those that are not kept any more are left out. */
  heads(ids: readonly string[]): Promise<RunHead[]>
  /** What they work on, in the order of their ids: one event of many, or what a job or an event brought; null: a whole request. */
  inputs(ids: readonly string[]): Promise<RunInputRow[]>
  /** How large that is, in no order. */
  inputSizes(ids: readonly string[]): Promise<SizedRow[]>
  /** Those of the runs that have one, as JSON. */
  replies(ids: readonly string[]): Promise<{ readonly id: string; readonly reply: string }[]>
  /** Up to `most` of a flow that have not ended. */
  unfinished(flow: string, most: number): Promise<RunId[]>
  /** Of one flow, by when they began. */
  outcomes(flow: string, stretch: Stretch): Promise<RunOutcome[]>
}

export type RunOutcome = Pick<StoredRun, 'id' | 'flow_id' | 'status' | 'error_code' | 'created_at' | 'finished_at'>

export type RunInputRow = Pick<StoredRun, 'id' | 'flow_id' | 'created_at' | 'input'>

export interface RunFilter {
  readonly flow: string
  /** Chosen one by one, a thousand at most. */
  readonly ids?: readonly string[] | undefined
  readonly statuses?: readonly StoredRun['status'][] | undefined
  readonly trigger?: string | undefined
  readonly key?: string | undefined
  readonly tag?: string | undefined
  readonly errorCode?: string | undefined
  /** From its start to its end; what has not ended has none. */
  readonly minDurationMs?: number | undefined
}

/** Lists leave out what may be large. */
export type RunHead = Pick<
  StoredRun,
  'id' | 'flow_id' | 'version' | 'trigger' | 'request_id' | 'key' | 'tags' | 'status' | 'created_at' | 'finished_at' | 'error_code'
>

// ---- messages

export interface MessageLog {
  find(application: string, id: string): Promise<StoredMessage | undefined>
  list(filter: MessageFilter, stretch: Stretch): Promise<SizedRow[]>
  windowEnd(application: string, stretch: Stretch): Promise<string | null>
  /** In no order; without the payload it reads as if it was expunged. */
  byIds(ids: readonly string[], withPayload: boolean): Promise<ShownMessage[]>
  /** Looks through the next window of an application's messages, and answers up to `most` that have no delivery to the endpoint. */
  missing(scan: MissingScan, most: number): Promise<LogWindow<MissingMessage>>
}

export interface MessageFilter {
  readonly application: string
  readonly eventTypes?: readonly string[] | undefined
  readonly channel?: string | undefined
  readonly tag?: string | undefined
  /** Whether the payloads are to be measured. */
  readonly sized: boolean
}

export type ShownMessage = Pick<StoredMessage, 'id' | 'event_id' | 'event_type' | 'channels' | 'tags' | 'created_at' | 'payload'>

// ---- deliveries

export interface DeliveryLog {
  /** As it looks at `now`, with what its lane says (`held`, `throttled`). */
  find(application: string, id: string, now: number): Promise<DeliveryHead | undefined>
  /** The same of many, in no order; those that are not kept any more are left out. */
  heads(ids: readonly string[], now: number): Promise<DeliveryHead[]>
  /** The same of all that an application made in a stretch. */
  latest(application: string, stretch: Stretch, now: number): Promise<DeliveryHead[]>
  /** Looks through the next window and answers up to `most` that fit. */
  search(scan: DeliveryScan, most: number): Promise<LogWindow<FoundDelivery>>
  /** The beginning of what a delivery sends: the payload of its message, or the body of its step. `head` is null if it is gone. */
  content(delivery: Pick<StoredDelivery, 'id' | 'message_id'>, bytesMax: number): Promise<ContentHead | undefined>
  /** Of one message to one endpoint. */
  ofMessage(message: string, endpoint: string): Promise<Pick<StoredDelivery, 'id' | 'status'> | undefined>
  /** The lanes that they are in, each once. */
  lanesOf(ids: readonly string[]): Promise<string[]>
  /** By delivery: the messages that an endpoint was sent. */
  attempted(filter: AttemptedFilter, stretch: Stretch): Promise<AttemptedMessage[]>
  windowEnd(endpoint: string, stretch: Stretch): Promise<string | null>
  /** How many there are of each message, by what became of them. */
  countsOfMessages(messages: readonly string[]): Promise<MessageDeliveryCount[]>
  /** By delivery: the endpoints that a message was sent to. */
  destinations(message: string, stretch: Stretch): Promise<Destination[]>
  /** Of one owner, by when they were made. */
  outcomes(owner: DeliveryOwner, stretch: Stretch): Promise<DeliveryOutcome[]>
  /** The rows of a stretch in numbers, by what became of them. `first` is the smallest id of those that were counted. */
  counts(endpoint: string, stretch: Stretch): Promise<DeliveryCount[]>
}

export interface ContentHead {
  readonly head: Uint8Array | null
  /** Of the whole. */
  readonly bytes: number
}

export interface AttemptedFilter {
  readonly endpoint: string
  readonly eventTypes?: readonly string[] | undefined
  readonly channel?: string | undefined
  readonly tag?: string | undefined
  /** Svix's number. */
  readonly status?: number | undefined
  /** Whether the payloads are to be measured. */
  readonly sized: boolean
}

/** What a list shows of a delivery, under its id. */
interface DeliveryState extends Pick<StoredDelivery, 'status' | 'attempts' | 'next_at'> {
  readonly delivery_id: string
}

export type AttemptedMessage = DeliveryState & { readonly message_id: string; readonly bytes: number }

export type Destination = DeliveryState & StoredEndpoint

export interface DeliveryOwner {
  readonly application: string
  /** Null: all of the application's, those of its flows among them. */
  readonly endpoint: string | null
  /** Without those of its flows. */
  readonly toEndpoints?: boolean
}

export type DeliveryOutcome = Pick<StoredDelivery, 'id' | 'endpoint_id' | 'created_at' | 'status' | 'attempts' | 'finished_at'>

export interface MessageDeliveryCount {
  readonly messageId: string
  readonly status: DeliveryStatus
  readonly count: number
}

export interface DeliveryCount {
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly count: number
  readonly first: string
}

// ---- attempts

export interface AttemptLog {
  find(message: string, id: string): Promise<AttemptWithDelivery | undefined>
  /** The delivery that it was an attempt of. */
  deliveryOf(id: string): Promise<DeliveryId | undefined>
  list(filter: AttemptFilter, stretch: Stretch): Promise<AttemptWithDelivery[]>
  windowEnd(endpoint: string, stretch: Stretch): Promise<string | null>
  ofDelivery(delivery: string, stretch: Stretch): Promise<StoredAttempt[]>
  /** The deliveries to endpoints of an application that were tried in a stretch, each once. For short ones: each endpoint is looked into. */
  tried(application: string, stretch: Stretch): Promise<string[]>
  /** How the last attempts of an endpoint ended, newest first. */
  latest(endpoint: string, most: number): Promise<Pick<StoredAttempt, 'ok' | 'started_at'>[]>
  /** When the last one began that was signed, of those in the stretch. */
  lastSigned(endpoint: string, time: Pick<Stretch, 'from' | 'until'>): Promise<number | null>
}

export interface AttemptFilter {
  /** Whose attempts: one of the two. An endpoint beside the message is asked for as well. */
  readonly message?: string | undefined
  readonly endpoint?: string | undefined
  readonly eventTypes?: readonly string[] | undefined
  /** Svix's number. */
  readonly status?: number | undefined
  /** Of the answer: 100 to 500, or 0 where none came. */
  readonly statusCodeClass?: number | undefined
  readonly channel?: string | undefined
  readonly tag?: string | undefined
}

/** An attempt, and what its delivery says now; null if that is not kept any more. */
export type AttemptWithDelivery = StoredAttempt & {
  readonly delivery_status: DeliveryStatus | null
  readonly delivery_attempts: number | null
  readonly delivery_next_at: number | null
}

// ---- audit

export interface AuditLog {
  list(filter: AuditFilter, stretch: Stretch): Promise<SizedRow[]>
  windowEnd(application: string | undefined, stretch: Stretch): Promise<string | null>
  /** In no order. */
  byIds(ids: readonly string[]): Promise<StoredAudit[]>
}

export interface AuditFilter {
  /** Absent: of all, and of the organisation. */
  readonly application?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
  /** Milliseconds. */
  readonly after?: number | undefined
  readonly before?: number | undefined
}
