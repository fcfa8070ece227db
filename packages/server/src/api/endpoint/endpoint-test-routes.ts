import { endpointOperations } from '@posthorn/contract'
import type { AttemptRecord } from '#delivery'
import { AppError, envelopeBytes, operationalApplication, testEventType, type ApplicationId, type EndpointId } from '#domain'
import type { AttemptTable, DeliveryTable, MessageTable } from '#store'
import { deliveryAttemptJson, shownBody } from '../delivery/delivery-attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import { exampleOf } from '../event-type/example-of.ts'
import { createMessageSender } from '../message/create-message.ts'
import { memberBytes } from '../message/member-bytes.ts'
import { messageRow, messageText } from '../message/message-text.ts'
import { route, type Call, type Route } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

const TEST_DATA = Buffer.from('{"message":"This is a test event. Nothing happened."}')
/** Svix's own, which needs no event type. */
const PING = { name: 'svix.ping', payload: Buffer.from('{"success":true}') }

/** Trying an endpoint out: a test at once, whose outcome is the answer, and an example as an ordinary message. */
export function endpointTestRoutes(deps: ApiDeps): Route[] {
  const operations = endpointOperations
  const { send } = createMessageSender(deps)
  return [
    route(operations.test, async (call) => {
      const { application } = call
      const endpoint = existingEndpoint(application, call.params).id as EndpointId
      const type = call.body.eventType ?? testEventType
      const id = deps.ids.make('evt')
      const createdAt = deps.clock.now()
      const data = memberBytes(call.raw, 'payload') ?? (await exampleOrDefault(deps, call))
      const payload = envelopeBytes({ id, type, createdAt, businessId: application.uid ?? application.id, data })
      const result = await deps.delivery.sendTest(application, endpoint, { id, eventType: type, payload })
      if (result.kind === 'no_endpoint') throw new AppError('not_found')
      if (result.kind === 'not_sent') throw new AppError('conflict', { detail: `Nothing was sent. ${result.detail}` })
      const message = { id: deps.ids.make('msg'), eventId: id, eventType: type, channels: null, tags: null, createdAt, payload }
      const attempt = await keepTest(deps, {
        application: application.id,
        endpoint,
        message: messageRow(message, application.id),
        attempt: result.attempt,
      })
      return { status: 200, body: deliveryAttemptJson(attempt, shownBody(payload)) }
    }),
    route(operations.sendExample, async (call) => {
      const { application } = call
      const { eventType } = call.body
      const only = existingEndpoint(application, call.params).id as EndpointId
      const data = eventType === PING.name ? PING.payload : await exampleOrFault(deps, call)
      const id = deps.ids.make('msg')
      const createdAt = deps.clock.now()
      const isOperational = application.id === operationalApplication.id
      // As the operator will get it.
      const payload = isOperational
        ? envelopeBytes({ id, type: eventType, createdAt, businessId: application.uid ?? application.id, data })
        : data
      const message = { id, eventId: null, eventType, channels: null, tags: null, createdAt, payload, data, only }
      // The key of the call is kept with its answer, so it is not the message's as well.
      await send({ ...call, idempotencyKey: undefined }, message)
      return { status: 200, json: messageText(messageRow(message, application.id), true) }
    }),
  ]
}

type ExampleCall<Body> = Pick<Call, 'actor'> & { readonly body: Body }

async function exampleOrDefault(deps: ApiDeps, call: ExampleCall<{ readonly eventType?: string | undefined }>): Promise<Uint8Array> {
  const {
    body: { eventType },
    actor,
  } = call
  const found = eventType === undefined ? undefined : await exampleOf(deps.store, { name: eventType, featureFlags: actor.featureFlags })
  return found?.kind === 'example' ? found.bytes : TEST_DATA
}

async function exampleOrFault(
  deps: ApiDeps,
  {
    body: { eventType, exampleIndex },
    actor,
  }: ExampleCall<{ readonly eventType: string; readonly exampleIndex?: number | null | undefined }>,
): Promise<Uint8Array> {
  const found = await exampleOf(deps.store, { name: eventType, featureFlags: actor.featureFlags, index: exampleIndex ?? undefined })
  if (found.kind === 'example') return found.bytes
  const [code, message] =
    found.kind === 'unknown'
      ? ['unknown_event_type', `There is no event type ${eventType}. Create it, or send "${PING.name}".`]
      : ['no_example', `The event type ${eventType} has no example that is an object. Give it one in "example".`]
  throw new AppError('validation_error', { fields: [{ pointer: '/eventType', code, message }] })
}

/**
 * Writes a test down where every other delivery stands, so that the log of the endpoint shows it. It was never in a lane: nothing
 * counts it, retries it, or waits behind it.
 */
async function keepTest(
  deps: ApiDeps,
  about: { application: ApplicationId; endpoint: EndpointId; message: MessageTable; attempt: AttemptRecord },
): Promise<AttemptTable> {
  const { db } = deps.store
  const { application, endpoint, message } = about
  const { ok, started_at, duration_ms, status, failure } = about.attempt
  const delivery: DeliveryTable = {
    id: deps.ids.make('dlv'),
    application_id: application,
    lane: endpoint,
    endpoint_id: endpoint,
    message_id: message.id,
    run_id: null,
    step_id: null,
    event_type: message.event_type,
    status: ok === 1 ? 'delivered' : 'failed',
    attempts: 1,
    retries: 0,
    retry_in_seen: 0,
    first_attempt_at: started_at,
    next_at: null,
    created_at: message.created_at,
    finished_at: started_at + duration_ms,
    last_status: status,
    last_failure: failure,
    request: null,
    body: null,
  }
  const belongs = { application_id: application, delivery_id: delivery.id, endpoint_id: endpoint, message_id: message.id }
  const attempt: AttemptTable = { ...about.attempt, ...belongs, n: 1, manual: 1, next_at: null }
  const statements = [
    db.insertInto('message').values(message),
    db.insertInto('delivery').values(delivery),
    db.insertInto('attempt').values(attempt),
  ]
  await deps.store.mutate({ statements: statements.map((query) => ({ query: query.compile() })), application: null, audit: [] })
  return attempt
}
