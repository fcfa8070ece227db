import { parseExactJson } from '../exact-json.ts'
import { newAllowance, type Allowance } from './filter.ts'
import type { DeliveryId, EndpointId, Ids, MessageId } from '../ids.ts'
import { keptFilter, type KeptFilter } from './kept-filter.ts'
import type { EndpointState } from '../status.ts'
import { admission, compileSubscription, type Addressed } from './subscription.ts'

/** What an endpoint's row says about which messages it gets. */
export interface SubscribedEndpoint {
  readonly id: string
  readonly state: EndpointState
  /** JSON arrays, as they are kept; null: all event types, any channel. */
  readonly event_types: string | null
  readonly channels: string | null
  /** A JSON object; null: all payloads. */
  readonly filter: string | null
}

/** An application's endpoints, ready to be asked. Compiled once for each version of its configuration. */
export type CompiledEndpoints = readonly {
  readonly id: EndpointId
  readonly skip: boolean
  readonly wants: (message: Addressed) => boolean
  /** Null: all payloads. */
  readonly filter: KeptFilter | null
}[]

export function compileEndpoints(endpoints: readonly SubscribedEndpoint[]): CompiledEndpoints {
  return endpoints.map((endpoint) => ({
    id: endpoint.id as EndpointId,
    skip: admission(endpoint.state) === 'skip',
    wants: compileSubscription({ eventTypes: jsonList(endpoint.event_types), channels: jsonList(endpoint.channels) }),
    filter: endpoint.filter === null ? null : keptFilter(endpoint.filter),
  }))
}

/** A delivery as it is created: one message to one endpoint, in the lane that is named after the endpoint. */
export interface FannedDelivery {
  readonly id: DeliveryId
  readonly lane: EndpointId
  readonly endpoint_id: EndpointId
  readonly step_id: null
  readonly event_type: string
  readonly created_at: number
  readonly request: null
  readonly body: null
}

export interface FanOut {
  readonly deliveries: readonly FannedDelivery[]
  /** Lanes of disabled endpoints that would have had the message: counted, never sent. */
  readonly skipped: readonly EndpointId[]
}

/** What is to be matched. */
export interface MessageToMatch extends Addressed {
  readonly id: MessageId
  readonly createdAt: number
  readonly payload: Uint8Array
  /** Its payload as filters see it, for whoever matches it more than once. */
  readonly read?: (() => unknown) | undefined
  /** What filters may cost, where several messages are matched in one piece. */
  readonly allowance?: Allowance | undefined
}

/**
 * Who gets a message. Pausing queues it; the lane's state keeps it from being sent. The payload is read once, and only if somebody who
 * subscribed to the message filters.
 */
export function fanOut(message: MessageToMatch, endpoints: CompiledEndpoints, ids: Ids): FanOut {
  const matching = new Matching(message, ids)
  for (const endpoint of endpoints) matching.ask(endpoint)
  return matching
}

/** Filters look at so many values in half a millisecond or so. */
const VALUES_AT_ONCE = 10_000

/** The same, and stops now and then, so that others have their turn. */
export function* fanningOut(message: MessageToMatch, endpoints: CompiledEndpoints, ids: Ids): Generator<void, FanOut> {
  const matching = new Matching(message, ids)
  let cost = 0
  for (const endpoint of endpoints) {
    matching.ask(endpoint)
    if (matching.cost - cost < VALUES_AT_ONCE) continue
    cost = matching.cost
    yield
  }
  return matching
}

/** From here on a payload is not read, and so many filters are not asked, in one turn of the event loop. */
const PAYLOAD_BYTES_AT_ONCE = 16 * 1024
const FILTERS_AT_ONCE = 16

/** Whether matching takes so long that others should have their turn in between. */
export function isDearToMatch(message: MessageToMatch, endpoints: CompiledEndpoints): boolean {
  let filters = 0
  for (const { filter, wants } of endpoints) {
    if (filter === null || !wants(message)) continue
    if (++filters > FILTERS_AT_ONCE || message.payload.length > PAYLOAD_BYTES_AT_ONCE) return true
  }
  return false
}

class Matching implements FanOut {
  readonly deliveries: FannedDelivery[] = []
  readonly skipped: EndpointId[] = []
  readonly #message: MessageToMatch
  readonly #ids: Ids
  #read: { readonly payload: unknown; readonly allowance: Allowance; readonly costLeft: number } | undefined

  constructor(message: MessageToMatch, ids: Ids) {
    this.#message = message
    this.#ids = ids
  }

  /** In values that were looked at; each byte of the payload counts as one. */
  get cost(): number {
    return this.#read === undefined ? 0 : this.#read.costLeft - this.#read.allowance.valuesLeft
  }

  ask({ id, skip, wants, filter }: CompiledEndpoints[number]): void {
    const message = this.#message
    if (!wants(message) || (filter !== null && !this.#fits(filter))) return
    if (skip) {
      this.skipped.push(id)
      return
    }
    const about = { event_type: message.eventType, created_at: message.createdAt }
    this.deliveries.push({ id: this.#ids.make('dlv'), lane: id, endpoint_id: id, step_id: null, ...about, request: null, body: null })
  }

  #fits(filter: KeptFilter): boolean {
    this.#read ??= this.#readFirst()
    return filter.compiled().matches(this.#read.payload, this.#read.allowance)
  }

  #readFirst() {
    const { read, allowance = newAllowance() } = this.#message
    const bytes = this.#message.payload
    return { payload: read === undefined ? readPayload(bytes) : read(), allowance, costLeft: bytes.length + allowance.valuesLeft }
  }
}

/** What a filter and a person looking at it see of a payload: its JSON, else its text. */
export function readPayload(payload: Uint8Array): unknown {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
  try {
    return parseExactJson(text)
  } catch {
    return text
  }
}

function jsonList(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[])
}
