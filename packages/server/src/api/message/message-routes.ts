import { messageOperations } from '@posthorn/contract'
import { AppError, envelopeBytes } from '#domain'
import { makeApplication } from '../application/make-application.ts'
import { refuseReserved } from '../application/reserved-application.ts'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Answer, type Route } from '../route.ts'
import { createBatch } from './create-batch.ts'
import { createMessageSender, type MessageSender, type MessageToSend } from './create-message.ts'
import { findMessage } from './find-message.ts'
import { memberBytes } from './member-bytes.ts'
import { messageRow, messageText, messageTexts } from './message-text.ts'
import { checkedSize, messageToSend, withoutRepeats } from './message-to-send.ts'

/** Messages, in Svix's shapes, and events in the founding document's. Creating one is the hot path of the management plane. */
export function messageRoutes(deps: ApiDeps): Route[] {
  const { logs, statements } = deps.store
  const operations = messageOperations
  const sender = createMessageSender(deps)

  const answerCreated = async (
    call: Parameters<MessageSender['send']>[0],
    message: MessageToSend,
    withContent: boolean,
  ): Promise<Answer> => {
    const created = await sender.send(call, message)
    if (created.kind === 'created') return { status: 202, json: messageText(messageRow(message, call.application.id), withContent) }
    const row = await logs.messages.find(call.application.id, created.id)
    if (!row) throw new AppError('not_found', { detail: 'This Idempotency-Key belongs to a message that is no longer kept.' })
    return { status: 202, json: messageText(row, withContent), headers: { 'idempotent-replayed': 'true' } }
  }

  return [
    route(operations.list, async ({ application, query }) => {
      const asked = readPage(query, 'msg', 'descending')
      const { event_types: eventTypes, channel, tag, with_content } = query
      const filter = { application: application.id, eventTypes, channel, tag, sized: with_content }
      const found = await lookThrough(stretchOf(asked, 'msg', query), {
        filtered: Boolean(eventTypes?.length) || channel !== undefined || tag !== undefined,
        windowEnd: (stretch) => logs.messages.windowEnd(application.id, stretch),
        rows: (stretch) => logs.messages.list(filter, stretch),
      })
      const { page, looked } = cutToContent(asked, found)
      const texts = await messageTexts(deps, looked.rows.map(({ id }) => id).slice(0, page.limit), with_content)
      const item = ({ id }: { readonly id: string }) => texts.get(id)
      const { data, ...rest } = pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt })
      return { status: 200, json: `{"data":[${data.filter((text) => text !== undefined).join(',')}],${JSON.stringify(rest).slice(1)}` }
    }),
    route(
      operations.create,
      async (call) => {
        refuseReserved(call.application)
        const message = await messageToSend(deps, call.body, call.raw)
        return answerCreated(call, message, call.query.with_content)
      },
      ({ body, ...call }) => makeApplication(deps, call, body.application),
    ),
    createBatch(deps, sender),
    route(operations.event, async (call) => {
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
      return answerCreated(call, message, true)
    }),
    route(operations.get, async (call) => ({ status: 200, json: messageText(await findMessage(deps, call), call.query.with_content) })),
    route(operations.expunge, async (call) => {
      const message = await findMessage(deps, call)
      await changeOrganisation(deps, call, async () => ({
        statements: statements.logs.expungeMessage(message.id),
        application: call.application.id,
        action: 'message.expunged',
        target: message.id,
        before: { payloadBytes: message.payload?.length ?? 0 },
        after: { payloadBytes: 0 },
        result: undefined,
      }))
      return { status: 204 }
    }),
  ]
}
