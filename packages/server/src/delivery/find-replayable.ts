import {
  compileEndpoints,
  compileEventTypes,
  readPayload,
  type ApplicationId,
  type DeliveryId,
  type EndpointId,
  type MessageId,
} from '#domain'
import type { ApplicationSnapshot, DeliveryFilter, EndpointSnapshot, Store } from '#store'

/** A set to be sent again. Oldest first, and only what was there when it was asked for. */
export interface ReplaySet {
  readonly kind: 'deliveries' | 'missing'
  readonly filter: DeliveryFilter
  /** The first id that is not in it any more. */
  readonly until: string
}

/** What waits for a try within this time goes by itself: one on its way already would be made twice. */
const SOON_MS = 5000

/** What a replay would send. */
export interface Replayable {
  /** Null: it has to be made. */
  readonly delivery: DeliveryId | null
  readonly message: MessageId | null
  readonly endpoint: EndpointId | null
  readonly eventType: string
  readonly createdAt: number
  /** False: its payload is gone. */
  readonly sendable: boolean
}

export interface ReplayWindow {
  readonly found: readonly Replayable[]
  /** The last id that was looked at; null when nothing is left to look at. */
  readonly end: string | null
}

/** Looks through one window of the log beyond `beyond`, for up to `most`. */
export async function findReplayable(
  store: Pick<Store, 'logs'>,
  { application, set, beyond, now }: { application: ApplicationSnapshot; set: ReplaySet; beyond: string; now: number },
  most: number,
): Promise<ReplayWindow> {
  const { kind, filter, until } = set
  if (kind === 'missing') {
    const endpoint = application.endpoints.find(({ id }) => id === filter.endpointId)
    if (endpoint === undefined) return { found: [], end: null }
    return missingOf(store, { application: application.id, endpoint, set, beyond }, most)
  }
  const times = { shownAt: now, triedAfter: now + SOON_MS }
  const scan = { application: application.id, filter, order: 'asc', beyond, until, ...times, withoutTests: true } as const
  const { rows, end } = await store.logs.deliveries.search(scan, most)
  const found = rows.map((row): Replayable => ({
    delivery: row.id as DeliveryId,
    message: row.message_id as MessageId | null,
    endpoint: row.endpoint_id as EndpointId | null,
    eventType: row.event_type,
    createdAt: row.created_at,
    sendable: row.sendable,
  }))
  return { found, end }
}

interface Missing {
  readonly application: ApplicationId
  readonly endpoint: EndpointSnapshot
  readonly set: ReplaySet
  readonly beyond: string
}

async function missingOf(store: Pick<Store, 'logs'>, missing: Missing, most: number): Promise<ReplayWindow> {
  const { application, endpoint, set, beyond } = missing
  const { filter, until } = set
  const [subscribed] = compileEndpoints([endpoint])
  const { id, wants: subscribes, filter: subscribedFilter } = subscribed!
  const asked = compileEventTypes(filter.eventTypes)
  const wants = (message: Parameters<typeof subscribes>[0]) => asked(message.eventType) && subscribes(message)
  const passes = subscribedFilter && ((payload: Uint8Array) => subscribedFilter.compiled().matches(readPayload(payload)))
  const { rows, end } = await store.logs.messages.missing({ application, endpoint: id, filter, beyond, until, wants, passes }, most)
  const found = rows.map((row) => ({
    ...{ delivery: null, message: row.id, endpoint: id, eventType: row.event_type },
    ...{ createdAt: row.created_at, sendable: row.sendable },
  }))
  return { found, end }
}
