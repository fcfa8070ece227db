import type { endpointOperations } from '@posthorn/contract'
import type { AttemptRecord } from '#delivery'
import { AppError, envelopeBytes, testEventType, type ApplicationId, type EndpointId } from '#domain'
import type { StoredAttempt, StoredDelivery, StoredMessage } from '#store'
import { deliveryAttemptJson, shownBody } from '../delivery/delivery-attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import { exampleOf } from '../event-type/example-of.ts'
import { memberBytes } from '../message/member-bytes.ts'
import { messageRow } from '../message/message-text.ts'
import type { Answer, Call } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

const TEST_DATA = Buffer.from('{"message":"This is a test event. Nothing happened."}')

type TestCall = Call<typeof endpointOperations.test>

/** Tries an endpoint out at once; what came of it is the answer. */
export async function testEndpoint(deps: ApiDeps, call: TestCall): Promise<Answer> {
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
}

async function exampleOrDefault(deps: ApiDeps, { body: { eventType }, actor }: TestCall): Promise<Uint8Array> {
  const found = eventType === undefined ? undefined : await exampleOf(deps.store, { name: eventType, featureFlags: actor.featureFlags })
  return found?.kind === 'example' ? found.bytes : TEST_DATA
}

/**
 * Writes a test down where every other delivery stands, so that the log of the endpoint shows it. It was never in a lane: nothing
 * counts it, retries it, or waits behind it.
 */
async function keepTest(
  deps: ApiDeps,
  about: { application: ApplicationId; endpoint: EndpointId; message: StoredMessage; attempt: AttemptRecord },
): Promise<StoredAttempt> {
  const { application, endpoint, message } = about
  const { ok, started_at, duration_ms, status, failure } = about.attempt
  const delivery: StoredDelivery = {
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
  const attempt: StoredAttempt = { ...about.attempt, ...belongs, n: 1, manual: 1, next_at: null }
  const statements = deps.store.statements.logs.insertTest({ message, delivery, attempt })
  await deps.store.mutate({ statements, application: null, audit: [] })
  return attempt
}
