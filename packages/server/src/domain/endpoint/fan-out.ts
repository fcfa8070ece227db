import { parseExactJson } from '../exact-json.ts'
import { compileFilter, newAllowance, type Allowance, type Filter } from './filter.ts'
import type { DeliveryId, EndpointId, Ids, MessageId } from '../ids.ts'
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

/**
 * Who gets a message. Pausing queues it; the lane's state keeps it from being sent. The payload is read once, and only if somebody who
 * subscribed to the message filters.
 */
export function fanOut(
  message: Addressed & {
    readonly id: MessageId
    readonly createdAt: number
    readonly payload: Uint8Array
    /** What filters may cost, where several messages are matched in one piece. */
    readonly allowance?: Allowance | undefined
  },
  endpoints: CompiledEndpoints,
  ids: Ids,
): FanOut {
  const deliveries: FannedDelivery[] = []
  const skipped: EndpointId[] = []
  let read: { readonly payload: unknown; readonly allowance: Allowance } | undefined
  for (const { id, skip, wants, filter } of endpoints) {
    if (!wants(message)) continue
    if (filter !== null) {
      read ??= { payload: readPayload(message.payload), allowance: message.allowance ?? newAllowance() }
      if (!filter.compiled().matches(read.payload, read.allowance)) continue
    }
    if (skip) skipped.push(id)
    else {
      const about = { event_type: message.eventType, created_at: message.createdAt }
      deliveries.push({ id: ids.make('dlv'), lane: id, endpoint_id: id, step_id: null, ...about, request: null, body: null })
    }
  }
  return { deliveries, skipped }
}

/** A filter as it is kept, compiled when it is first asked for: an application may have hundreds, and its configuration may change often. */
interface KeptFilter {
  /** Characters of JSON; 0 once it is compiled. */
  readonly characters: number
  readonly compiled: () => Filter
}

/** Each was found good when it was saved; one that a newer version understood and this one does not lets everything through rather than nothing. */
function keptFilter(json: string): KeptFilter {
  let filter: Filter | undefined
  return {
    get characters() {
      return filter === undefined ? json.length : 0
    },
    compiled() {
      if (filter === undefined) {
        const compiled = compileFilter(parseExactJson(json))
        filter = compiled.ok ? compiled.filter : everything
      }
      return filter
    },
  }
}

/** Filters of so many characters are compiled in two milliseconds or so. */
const CHARACTERS_AT_ONCE = 16 * 1024

/** Compiles the filters that were not asked yet, and stops now and then, so that others have their turn before the first message is matched. */
export function* filtersCompiled(endpoints: CompiledEndpoints): Generator<void> {
  let characters = 0
  for (const { filter } of endpoints) {
    if (filter === null || filter.characters === 0) continue
    characters += filter.characters
    filter.compiled()
    if (characters < CHARACTERS_AT_ONCE) continue
    characters = 0
    yield
  }
}

const everything: Filter = { matches: () => true, explain: () => ({ matches: true, reason: null }) }

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
