import type { Generated } from 'kysely'
import type { DeliveryStatus, EndpointState, ReplayStatus, RequestStatus, RunStatus } from '#domain'

/**
 * The tables, as both engines have them and Kysely sees them. Times are integer milliseconds; flags are 0 or 1; a column
 * that ends in a JSON comment holds JSON text, written by us and never queried inside; `sealed` text is encrypted by the vault.
 */
export interface Schema {
  application: ApplicationTable
  plan: PlanTable
  quota: QuotaTable
  event_type: EventTypeTable
  endpoint: EndpointTable
  endpoint_secret: EndpointSecretTable
  lane: LaneTable
  task: TaskTable
  listener: ListenerTable
  flow: FlowTable
  flow_draft: FlowDraftTable
  flow_version: FlowVersionTable
  secret: SecretTable
  api_key: ApiKeyTable
  audit: AuditTable
  idempotency: IdempotencyTable
  dedup: DedupTable
  request: RequestTable
  run: RunTable
  message: MessageTable
  delivery: DeliveryTable
  attempt: AttemptTable
  replay: ReplayTable
  session: SessionTable
}

/**
 * `version` grows with every change to anything the application owns; caches are keyed by it. The versions of its parts grow with what
 * requests and messages read; commits compare them.
 */
export interface ApplicationTable {
  id: string
  uid: string | null
  name: string
  metadata: string // JSON object
  plan: string
  settings: string // JSON: defaultSigning, defaultRetryPolicy
  throttle_rate: number | null
  version: Generated<number>
  inbound_version: Generated<number>
  outbound_version: Generated<number>
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** Plans belong to the organisation. Null: unlimited. */
export interface PlanTable {
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

/** First attempts of an application of a limited plan, by the minute (since 1970) that they are counted in. */
export interface QuotaTable {
  application_id: string
  minute: number
  n: number
}

/** Event types belong to the organisation, not to an application. */
export interface EventTypeTable {
  name: string
  description: string
  archived: number
  deprecated: number
  schemas: string | null // JSON: version -> schema
  example: string | null // JSON
  feature_flags: string | null // JSON array of at least one; null: seen by all
  group_name: string | null
  created_at: number
  updated_at: number
}

export interface EndpointTable {
  id: string
  application_id: string
  uid: string | null
  url: string
  description: string
  state: EndpointState
  event_types: string | null // JSON array; null means all
  channels: string | null // JSON array
  filter: string | null // JSON object; null: all payloads
  transformation: string | null // JSON: expression; null: the payload as it is
  throttle_rate: number | null
  concurrency: number | null
  ordered: number
  on_exhausted: string // continue | pause
  signing: string // standard | svix | hex
  retry_policy: string | null // JSON; null means the application's default
  timeout_ms: number | null
  success: string | null // JSON: "2xx" or an array of codes
  headers: string | null // sealed JSON object
  metadata: string // JSON object
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** An endpoint of which nobody said more than its URL. */
export const endpointDefaults: Omit<EndpointTable, 'id' | 'application_id' | 'url' | 'created_at' | 'updated_at'> = {
  uid: null,
  description: '',
  state: 'active',
  event_types: null,
  channels: null,
  filter: null,
  transformation: null,
  throttle_rate: null,
  concurrency: null,
  ordered: 0,
  on_exhausted: 'continue',
  signing: 'standard',
  retry_policy: null,
  timeout_ms: null,
  success: null,
  headers: null,
  metadata: '{}',
  deleted_at: null,
}

/** The newest row without `expires_at` signs first; rows with a later `expires_at` sign on during an overlap. */
export interface EndpointSecretTable {
  id: string
  endpoint_id: string
  sealed: string
  created_at: number
  expires_at: number | null
}

/** `lane` is the endpoint's id, or `<flow id>/<step id>`. `next_due` is `NEVER` when nothing is known to be due or it is owned. */
export interface LaneTable {
  lane: string
  application_id: string
  state: number // laneStates
  next_due: number
  circuit_until: number
  blocked_until: number
  blocked_for: string | null // the delivery whose next try it waits for, in an ordered lane; null: the receiver asked for the wait
  throttled_until: number // it waits for its plan's hour
  ordered: number // its tasks are sent one after the other
  owner: string | null
  epoch: number
  failures: number // consecutive failed attempts
  skipped: number // events that came while it was disabled
  takeovers: number // since its last settle
}

/** Only live work. */
export interface TaskTable {
  lane: string
  due: number
  delivery: string
  manual: number
}

export interface ListenerTable {
  id: string
  application_id: string
  uid: string | null
  name: string
  system: string
  suffix: string
  methods: string // JSON array
  auth: string // sealed JSON
  config: string // JSON: every other field of the listener
  enabled: number
  created_at: number
  updated_at: number
  deleted_at: number | null
}

export interface FlowTable {
  id: string
  application_id: string
  uid: string | null
  name: string
  enabled: number
  draft: string // JSON definition
  published_version: number | null
  created_at: number
  updated_at: number
  deleted_at: number | null
}

/** What is known of a draft without reading it. */
export interface FlowDraftTable {
  flow_id: string
  /** It differs from the version that is published. */
  changed: number
  trigger_text: string // JSON
  findings: string // JSON: faults and warnings
}

export interface FlowVersionTable {
  flow_id: string
  version: number
  definition: string // JSON
  created_at: number
  created_by: string
}

export interface SecretTable {
  application_id: string
  name: string
  sealed: string
  last4: string
  created_at: number
  updated_at: number
}

export interface ApiKeyTable {
  id: string
  application_id: string | null // null: the whole organisation
  name: string
  kind: string // key | portal
  access: string // read | write
  feature_flags: string | null // JSON array: which flagged event types an application's key sees; null: none
  hash: string // SHA-256 of the key, hexadecimal
  last4: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}

export interface AuditTable {
  id: string
  at: number
  application_id: string | null
  actor: string // a key's id, or "system"
  action: string // noun.verb
  target: string
  before: string | null // JSON, without secrets
  after: string | null
  ip: string | null
}

export interface IdempotencyTable {
  key: string // digest of the caller's key, the API key, the method and the path
  body_hash: string
  status: number | null // null while the first call is under way
  body: string | null // sealed
  created_at: number
  expires_at: number
}

export interface DedupTable {
  scope: string
  key: string // SHA-256, hexadecimal
  ref: string
  expires_at: number
}

export interface RequestTable {
  id: string
  application_id: string | null
  listener_id: string | null
  status: RequestStatus
  reason: string | null // an error code, if rejected
  detail: string | null
  method: string
  path: string
  query: string // as received, undecoded
  headers: string // JSON array of [name, value], credentials redacted
  ip: string
  content_type: string | null
  event_type: string | null
  dedup_key: string | null
  duplicate_of: string | null
  run_ids: string // JSON array
  reply_status: number | null // if it was known when the request was accepted
  received_at: number
  body_bytes: number
  body: Uint8Array | null
}

export interface RunTable {
  id: string
  application_id: string
  flow_id: string
  version: number
  trigger: string // webhook | job | event
  request_id: string | null
  key: string
  status: RunStatus
  rev: number
  holder: string | null // the session that runs it now
  waiter: string | null // the session that holds its caller
  answer_by: number | null // when the time of its caller, who waits, is over; whether it was answered stands in `reply`
  parked_on: string | null // the delivery it waits for
  created_at: number
  finished_at: number | null
  error_code: string | null
  reply: string | null // JSON: status, headers, body (base64 if binary)
  wake: string | null // JSON: outcome of the delivery it waited for
  state: string | null // JSON of the interpreter; null once finished
  input: string | null // JSON: what a job or an event brought; null if a request started it
  steps: string // JSON array of step records
  faults: string // JSON array
  meta: string // JSON object
}

export interface MessageTable {
  id: string
  application_id: string
  event_id: string | null
  event_type: string
  channels: string | null // JSON array
  tags: string | null // JSON array
  run_id: string | null // the run that emitted it
  created_at: number
  payload_until: number | null // retention removes the payload then; null: with the message
  payload: Uint8Array | null // null once expunged
}

export interface DeliveryTable {
  id: string
  application_id: string
  lane: string
  endpoint_id: string | null
  message_id: string | null
  run_id: string | null
  step_id: string | null
  event_type: string
  status: DeliveryStatus
  attempts: number
  retries: number
  retry_in_seen: number
  first_attempt_at: number | null
  next_at: number | null // the due of its scheduled task
  created_at: number
  finished_at: number | null
  last_status: number | null
  last_failure: string | null
  request: string | null // sealed JSON of a step's request: url, headers, policy; null for endpoints
  body: Uint8Array | null // a step's body; an endpoint delivery sends its message's payload
}

export interface AttemptTable {
  id: string
  application_id: string
  delivery_id: string
  endpoint_id: string | null
  message_id: string | null
  event_type: string
  n: number
  manual: number
  ok: number
  started_at: number
  duration_ms: number
  url: string
  status: number | null
  failure: string | null
  detail: string | null
  next_at: number | null
  phases: string // JSON
  request_headers: string // JSON, credentials redacted
  response_headers: string | null // JSON
  response_truncated: number
  response_body: Uint8Array | null
  request_bytes: number | null // of the body that was sent; null: it was the payload itself
  request_body: Uint8Array | null // that body, as much as is kept
}

/** Sending a set of deliveries again, or messages that an endpoint never got, step by step; see `Store.advanceReplay`. */
export interface ReplayTable {
  id: string
  application_id: string
  kind: string // deliveries | missing
  filter: string // JSON: DeliveryFilter
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

/** On PostgreSQL also which work falls to it; see `SessionTakes`. */
export interface SessionTable {
  id: string
  alive: number
  beat: number
}

/** The largest time: nothing is due. Fits a 53-bit integer, so that both engines return it exactly. */
export const NEVER = Number.MAX_SAFE_INTEGER

export const laneStates = { ready: 0, paused: 1, disabled: 2, removed: 3 } as const
export type LaneState = (typeof laneStates)[keyof typeof laneStates]

/** The holder of a run that no session took: `adoptRuns` gives it to the next one that asks. */
export const NOBODY = 'nobody'
