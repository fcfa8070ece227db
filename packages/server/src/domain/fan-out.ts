import type { DeliveryId, EndpointId, Ids, MessageId } from './ids.ts'
import type { EndpointState } from './status.ts'
import { admission, compileSubscription, type Addressed } from './subscription.ts'

/** What an endpoint's row says about which messages it gets. */
export interface SubscribedEndpoint {
  readonly id: string
  readonly state: EndpointState
  /** JSON arrays, as they are kept; null: all event types, any channel. */
  readonly event_types: string | null
  readonly channels: string | null
}

/** An application's endpoints, ready to be asked. Compiled once for each version of its configuration. */
export type CompiledEndpoints = readonly {
  readonly id: EndpointId
  readonly skip: boolean
  readonly wants: (message: Addressed) => boolean
}[]

export function compileEndpoints(endpoints: readonly SubscribedEndpoint[]): CompiledEndpoints {
  return endpoints.map((endpoint) => ({
    id: endpoint.id as EndpointId,
    skip: admission(endpoint.state) === 'skip',
    wants: compileSubscription({ eventTypes: jsonList(endpoint.event_types), channels: jsonList(endpoint.channels) }),
  }))
}

/** A delivery as it is born: one message to one endpoint, in the lane that is named after the endpoint. */
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

/** Who gets a message. Pausing queues it; the lane's state keeps it from being sent. */
export function fanOut(
  message: Addressed & { readonly id: MessageId; readonly createdAt: number },
  endpoints: CompiledEndpoints,
  ids: Ids,
): FanOut {
  const deliveries: FannedDelivery[] = []
  const skipped: EndpointId[] = []
  for (const { id, skip, wants } of endpoints) {
    if (!wants(message)) continue
    if (skip) skipped.push(id)
    else {
      const about = { event_type: message.eventType, created_at: message.createdAt }
      deliveries.push({ id: ids.make('dlv'), lane: id, endpoint_id: id, step_id: null, ...about, request: null, body: null })
    }
  }
  return { deliveries, skipped }
}

function jsonList(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[])
}
