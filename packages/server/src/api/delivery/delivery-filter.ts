import { isId } from '#domain'
import type { ApplicationSnapshot, DeliveryFilter, Store } from '#store'
import { messageOfEvent } from '../message/find-message.ts'

/** What is asked for, by the search and by replays. `endpoint` and `text` may be names that have to be looked up. */
export interface AskedDeliveries {
  readonly deliveryIds?: readonly string[] | undefined
  readonly statuses: DeliveryFilter['statuses'] | undefined
  readonly endpoint: string | undefined
  readonly messageId: string | undefined
  readonly messageIds?: readonly string[] | undefined
  readonly runId: string | undefined
  readonly eventTypes: readonly string[] | undefined
  readonly statusCodeClass: number | undefined
  readonly failure: string | undefined
  readonly minDurationMs: number | undefined
  /** ISO 8601. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly text: string | undefined
  /** Only what goes to endpoints, not what steps of flows send. */
  readonly toEndpoints: boolean
}

/** Makes a filter of what is asked for. Null: it asks for what cannot be, such as two messages at once. `application` null: all of them. */
export async function deliveryFilter(
  store: Pick<Store, 'queries' | 'logs'>,
  application: ApplicationSnapshot | null,
  asked: AskedDeliveries,
): Promise<DeliveryFilter | null> {
  const endpoint = application?.endpoints.find((one) => one.id === asked.endpoint || one.uid === asked.endpoint)
  const filter: DeliveryFilter = {
    deliveryId: null,
    deliveryIds: asked.deliveryIds ?? null,
    statuses: asked.statuses?.length ? asked.statuses : null,
    endpointId: endpoint?.id ?? asked.endpoint ?? null,
    messageId: asked.messageId ?? null,
    messageIds: asked.messageIds ?? null,
    runId: asked.runId ?? null,
    eventTypes: asked.eventTypes?.length ? asked.eventTypes : null,
    statusCodeClass: asked.statusCodeClass ?? null,
    failure: asked.failure ?? null,
    minDurationMs: asked.minDurationMs ?? null,
    before: asked.before === undefined ? null : Date.parse(asked.before),
    after: asked.after === undefined ? null : Date.parse(asked.after),
    text: null,
    toEndpoints: asked.toEndpoints,
  }
  if (asked.text === undefined) return filter
  const meant = await meantBy(store, application, asked.text)
  const clashes = (['endpointId', 'messageId', 'runId'] as const).some(
    (name) => meant[name] !== undefined && filter[name] !== null && filter[name] !== meant[name],
  )
  return clashes ? null : { ...filter, ...meant }
}

/** An id, or an event id, names what it names; anything else is text of the payload. */
async function meantBy(
  { queries, logs }: Pick<Store, 'queries' | 'logs'>,
  application: ApplicationSnapshot | null,
  text: string,
): Promise<Partial<DeliveryFilter>> {
  if (isId('dlv', text)) return { deliveryId: text }
  if (isId('msg', text)) return { messageId: text }
  if (isId('run', text)) return { runId: text }
  if (isId('ep', text)) return { endpointId: text }
  if (isId('atmpt', text)) {
    return { deliveryId: (await logs.attempts.deliveryOf(text)) ?? text }
  }
  const message = application === null ? undefined : await messageOfEvent({ queries }, application.id, text)
  return message === undefined ? { text } : { messageId: message }
}
