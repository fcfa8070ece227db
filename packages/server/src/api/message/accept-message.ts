import type { messageOperations } from '@posthorn/contract'
import { AppError, envelopeBytes } from '#domain'
import { refuseReserved } from '../application/reserved-application.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import type { MessageSender } from './create-message.ts'
import { memberBytes } from './member-bytes.ts'
import { messageRow, messageText } from './message-text.ts'
import { checkedSize, messageToSend, withoutRepeats, type MessageToSend } from './message-to-send.ts'

/** The operations that create messages share one sender. */
export interface MessageDeps extends ApiDeps {
  readonly sender: MessageSender
}

/** Accepts a message in Svix's shape: the hot path of the management plane. */
export async function acceptMessage(deps: MessageDeps, call: Call<typeof messageOperations.create>): Promise<Answer> {
  refuseReserved(call.application)
  const message = await messageToSend(deps, call.body, call.raw)
  return answerCreated(deps, { call, message, withContent: call.query.with_content })
}

/** Accepts an event in the founding document's shape. */
export async function acceptEvent(deps: MessageDeps, call: Call<typeof messageOperations.event>): Promise<Answer> {
  const { application, body } = call
  refuseReserved(application)
  const eventId = body.id ?? deps.ids.make('evt')
  const now = deps.clock.now()
  const createdAt = body.created_at === undefined ? now : Date.parse(body.created_at)
  const data = memberBytes(call.raw, 'data')!
  const about = { id: eventId, type: body.type, createdAt, businessId: application.uid ?? application.id, data }
  const payload = checkedSize(deps, envelopeBytes(about))
  const id = deps.ids.make('msg')
  const channels = withoutRepeats(body.channels ?? null)
  const isEventIdMade = body.id === undefined
  const message = { id, eventId, isEventIdMade, eventType: body.type, channels, tags: null, createdAt: now, payload, data }
  return answerCreated(deps, { call, message, withContent: true })
}

interface Created {
  readonly call: Parameters<MessageSender['send']>[0]
  readonly message: MessageToSend
  readonly withContent: boolean
}

async function answerCreated({ store, sender }: MessageDeps, { call, message, withContent }: Created): Promise<Answer> {
  const created = await sender.send(call, message)
  if (created.kind === 'created') return { status: 202, json: messageText(messageRow(message, call.application.id), withContent) }
  const row = await store.logs.messages.find(call.application.id, created.id)
  if (!row) throw new AppError('not_found', { detail: 'This Idempotency-Key belongs to a message that is no longer kept.' })
  return { status: 202, json: messageText(row, withContent), headers: { 'idempotent-replayed': 'true' } }
}
