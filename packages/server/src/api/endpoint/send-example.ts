import type { endpointOperations } from '@posthorn/contract'
import { AppError, envelopeBytes, operationalApplication, type EndpointId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { exampleOf } from '../event-type/example-of.ts'
import { createMessageSender } from '../message/create-message.ts'
import { messageRow, messageText } from '../message/message-text.ts'
import type { Answer, Call } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

type ExampleCall = Call<typeof endpointOperations.sendExample>

/** Svix's own, which needs no event type. */
const PING = { name: 'svix.ping', payload: Buffer.from('{"success":true}') }

/** Sends the example of an event type as an ordinary message, to this endpoint alone. */
export async function sendExample(deps: ApiDeps, call: ExampleCall): Promise<Answer> {
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
  await createMessageSender(deps).send({ ...call, idempotencyKey: undefined }, message)
  return { status: 200, json: messageText(messageRow(message, application.id), true) }
}

async function exampleOrFault(deps: ApiDeps, { body: { eventType, exampleIndex }, actor }: ExampleCall): Promise<Uint8Array> {
  const found = await exampleOf(deps.store, { name: eventType, featureFlags: actor.featureFlags, index: exampleIndex ?? undefined })
  if (found.kind === 'example') return found.bytes
  const [code, message] =
    found.kind === 'unknown'
      ? ['unknown_event_type', `There is no event type ${eventType}. Create it, or send "${PING.name}".`]
      : ['no_example', `The event type ${eventType} has no example that is an object. Give it one in "example".`]
  throw new AppError('validation_error', { fields: [{ pointer: '/eventType', code, message }] })
}
