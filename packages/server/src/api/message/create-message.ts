import { hash } from 'node:crypto'
import { fanOutInTurns, filtersReady, keepReady, subscribedEndpoints } from '#coordination'
import {
  AppError,
  compileEndpoints,
  fanOut,
  isDearToMatch,
  isId,
  limits,
  passingOn,
  placeOfMessage,
  readPayload,
  spanOf,
  textOfTrace,
  type EndpointId,
  type FanOut,
  type MessageId,
  type MessageToMatch,
  type PassedOn,
} from '#domain'
import { runsOfEvent } from '#flows'
import { madeFrom, type AcceptOperation, type ApplicationSnapshot, type NewMessage } from '#store'
import { acceptCurrent } from '../accept-current.ts'
import type { ApiDeps } from '../deps.ts'
import { refuseLoop } from '../call/refuse-loop.ts'
import type { Call } from '../route.ts'
import type { MessageToSend } from './message-to-send.ts'
import { isSameMessage } from './same-message.ts'

const DAY_MS = 86_400_000
const IDEMPOTENCY_MS = limits.idempotencyHours * 3_600_000
/** An event id is unique while its message is kept (decisions/a-resend-keeps-the-id). */
const EVENT_ID_DAYS = 30

export type CreatedMessage = { readonly kind: 'created' } | { readonly kind: 'replayed'; readonly id: MessageId }

export interface MessageSender {
  /** What is to be waited for before messages of this configuration are prepared; undefined: nothing. */
  ready(application: ApplicationSnapshot): Promise<void> | undefined
  /** Matches a message to endpoints, which takes time; what it gives commits it. */
  prepare(call: SendCall, message: MessageToSend): () => Promise<CreatedMessage>
  /** All of it. */
  send(call: SendCall, message: MessageToSend): Promise<CreatedMessage>
}

type SendCall = Pick<Call, 'actor' | 'raw' | 'idempotencyKey' | 'chain' | 'trace'> & { readonly application: ApplicationSnapshot }

/**
 * Accepts messages: matches each to endpoints, and commits it with its deliveries and with the keys that make it unique. A call that
 * is repeated under its Idempotency-Key finds the first one's message, even if the process died between commit and answer.
 */
export function createMessageSender(deps: ApiDeps): MessageSender {
  const prepare: MessageSender['prepare'] = (call, message) => {
    const { application } = call
    refuseLoop(call)
    const isOfAll = message.only === undefined
    const matched = isOfAll ? readOnce(message) : message
    const make = maker(deps, call, matched)
    const isDear = isOfAll && isDearToMatch(message, subscribedEndpoints(application))
    const atOnce = isDear ? undefined : make(application)
    return async () => {
      const first = atOnce ?? make(application, await fanOutInTurns(matched, application, deps.ids))
      let made = first
      const makeAnew = (current: ApplicationSnapshot) => (made = make(current))
      const result = await acceptCurrent(deps, application, { make: makeAnew, first, ...(isOfAll && { readiness }) })
      switch (result.kind) {
        case 'accepted':
          deps.traces?.message(made.messages[0]!, call.trace)
          return { kind: 'created' }
        case 'duplicate':
          return duplicate(deps, { call, message }, result)
        case 'refused':
          throw new AppError('malformed_request', { detail: `The message cannot be kept: ${result.detail}` })
        case 'stale':
          throw new AppError('not_found')
      }
    }
  }
  return {
    ready: filtersReady,
    prepare,
    async send(call, message) {
      const filters = message.only === undefined ? filtersReady(call.application) : undefined
      if (filters !== undefined) await filters
      return prepare(call, message)()
    },
  }
}

/** It is matched once more where the configuration has changed. */
function readOnce(message: MessageToSend): MessageToSend & Pick<MessageToMatch, 'read'> {
  let known: { readonly payload: unknown } | undefined
  return { ...message, read: () => (known ??= { payload: readPayload(message.payload) }).payload }
}

const readiness = { ready: filtersReady, keep: keepReady }

function maker(deps: ApiDeps, call: SendCall, message: MessageToSend & Pick<MessageToMatch, 'read'>) {
  const dedups = dedupsOf(call, message)
  const cause = { chain: call.chain, trace: traceBelow(deps, message.id, call.trace) }
  return (application: ApplicationSnapshot, fanned?: FanOut): AcceptOperation => ({
    application: madeFrom(application, 'outbound'),
    dedups,
    request: null,
    runs: message.only === undefined ? runsOfEvent(application, { ...message, messageId: message.id, ...cause }, deps.ids) : [],
    messages: [newMessage(deps, { message, fanned, cause }, application)],
  })
}

/** What is told to those whom the message causes. Where its caller said nothing, its id is enough. */
function traceBelow({ traces }: ApiDeps, message: MessageId, told: string | null): string | null {
  if (told === null || traces === undefined) return told
  return textOfTrace({ ...placeOfMessage(message, { told, share: traces.share }), spanId: spanOf(message) })
}

interface Matched {
  readonly message: MessageToSend & Pick<MessageToMatch, 'read'>
  /** Who gets it, where that was found out in turns. */
  readonly fanned: FanOut | undefined
  readonly cause: PassedOn
}

function newMessage(deps: ApiDeps, { message, fanned, cause }: Matched, application: ApplicationSnapshot): NewMessage {
  const endpoints = () => (message.only === undefined ? subscribedEndpoints(application) : endpointAlone(application, message.only))
  const { deliveries, skipped } = fanned ?? fanOut(message, endpoints(), deps.ids)
  return {
    id: message.id,
    application_id: application.id,
    event_id: message.eventId,
    event_type: message.eventType,
    channels: message.channels && JSON.stringify(message.channels),
    tags: message.tags && JSON.stringify(message.tags),
    run_id: null,
    created_at: message.createdAt,
    payload_until: message.payloadUntil ?? null,
    payload: message.payload,
    deliveries: passingOn(deliveries, cause),
    skipped,
  }
}

function endpointAlone(application: ApplicationSnapshot, id: EndpointId) {
  const endpoint = application.endpoints.find((one) => one.id === id)
  if (!endpoint) throw new AppError('not_found')
  if (endpoint.state === 'disabled') throw new AppError('endpoint_disabled')
  return compileEndpoints([{ id, state: endpoint.state, event_types: null, channels: null, filter: null }])
}

function dedupsOf(call: SendCall, message: MessageToSend) {
  const dedups = []
  // First, so that a repeated call is answered as before rather than refused because its event id is taken.
  if (call.idempotencyKey !== undefined) {
    dedups.push({
      scope: `idempotency:${call.application.id}`,
      key: sha256(`${call.actor.id}\n${call.idempotencyKey}`),
      ref: `${message.id} ${sha256(call.raw)} ${message.isEventIdMade === true ? 'made' : 'given'}`,
      keepMs: IDEMPOTENCY_MS,
    })
  }
  if (message.eventId !== null) {
    dedups.push({ scope: `event:${call.application.id}`, key: sha256(message.eventId), ref: message.id, keepMs: EVENT_ID_DAYS * DAY_MS })
  }
  return dedups
}

async function duplicate(
  { store }: ApiDeps,
  { call, message }: { readonly call: SendCall; readonly message: MessageToSend },
  { scope, ref }: { scope: string; ref: string },
): Promise<CreatedMessage> {
  if (scope.startsWith('event:')) {
    throw new AppError('conflict', { detail: `A message with the event id "${message.eventId}" was accepted already: ${ref}.` })
  }
  const [id = '', bodyHash, eventId] = ref.split(' ')
  if (bodyHash !== sha256(call.raw)) {
    const first = await store.logs.messages.find(call.application.id, id)
    if (!first || !isSameMessage({ ...first, isEventIdMade: isMade(eventId, first.event_id) }, message))
      throw new AppError('idempotency_mismatch')
  }
  return { kind: 'replayed', id: id as MessageId }
}

/** Older references do not say it; there an id that looks like one of ours counts as made. */
function isMade(said: string | undefined, eventId: string | null): boolean {
  return said === undefined ? eventId !== null && isId('evt', eventId) : said === 'made'
}

function sha256(data: string | Uint8Array): string {
  return hash('sha256', data)
}
