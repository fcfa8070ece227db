import { messageOperations } from '@posthorn/contract'
import { createHash } from 'node:crypto'
import { AppError, envelopeBytes, firstIdAt, isId, type MessageId } from '#domain'
import type { ApplicationSnapshot, MessageTable } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Answer, type Call, type Route } from '../route.ts'
import { createMessageSender, type MessageToSend } from './create-message.ts'
import { memberBytes } from './member-bytes.ts'

/** Messages, in Svix's shapes, and events in the founding document's. Creating one is the hot path of the management plane. */
export function messageRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = messageOperations
  const send = createMessageSender(deps)

  const answerCreated = async (call: Parameters<typeof send>[0], message: MessageToSend, withContent: boolean): Promise<Answer> => {
    if (message.payload.length > deps.settings.payloadBytesMax) {
      throw new AppError('payload_too_large', {
        detail: `The payload has ${message.payload.length} bytes; at most ${deps.settings.payloadBytesMax} are taken.`,
      })
    }
    const created = await send(call, message)
    if (created.kind === 'created') return { status: 202, json: messageText(rowOf(message, call.application), withContent) }
    const row = await db.selectFrom('message').selectAll().where('id', '=', created.id).executeTakeFirst()
    if (!row) throw new AppError('not_found', { detail: 'This Idempotency-Key belongs to a message that is no longer kept.' })
    return { status: 202, json: messageText(row, withContent), headers: { 'idempotent-replayed': 'true' } }
  }

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'descending')
      let select = db
        .selectFrom('message')
        .selectAll()
        .where('application_id', '=', application.id)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      if (query.before !== undefined) select = select.where('id', '<', firstIdAt('msg', Date.parse(query.before)))
      if (query.after !== undefined) select = select.where('id', '>=', firstIdAt('msg', Date.parse(query.after)))
      if (query.event_types) select = select.where('event_type', 'in', query.event_types)
      if (query.channel !== undefined)
        select = select.where('channels', 'like', `%${JSON.stringify(query.channel).replaceAll(/[%_]/g, '')}%`)
      const answer = pageAnswer(page, await select.execute(), { key: (row) => row.id, item: (row) => messageText(row, query.with_content) })
      const { data, ...rest } = answer
      return { status: 200, json: `{"data":[${data.join(',')}],${JSON.stringify(rest).slice(1)}` }
    }),
    route(operations.create, async (call) => {
      const { eventType, eventId = null, channels = null, tags = null } = call.body
      const payload = memberBytes(call.raw, 'payload')!
      return answerCreated(
        call,
        { id: deps.ids.make('msg'), eventId, eventType, channels, tags, createdAt: deps.clock.now(), payload },
        call.query.with_content,
      )
    }),
    route(operations.event, async (call) => {
      const { application, body } = call
      const eventId = body.id ?? deps.ids.make('evt')
      const createdAt = body.created_at === undefined ? deps.clock.now() : Date.parse(body.created_at)
      const data = memberBytes(call.raw, 'data')!
      const payload = envelopeBytes({ id: eventId, type: body.type, createdAt, businessId: application.uid ?? application.id, data })
      const message = {
        id: deps.ids.make('msg'),
        eventId,
        eventType: body.type,
        channels: body.channels ?? null,
        tags: null,
        createdAt: deps.clock.now(),
        payload,
      }
      return answerCreated(call, message, true)
    }),
    route(operations.get, async (call) => ({ status: 200, json: messageText(await findMessage(deps, call), call.query.with_content) })),
    route(operations.expunge, async (call) => {
      const message = await findMessage(deps, call)
      await changeApplication(deps, call, () => ({
        statements: [{ query: db.updateTable('message').set({ payload: null }).where('id', '=', message.id).compile(), rows: 1 }],
        action: 'message.expunged',
        target: message.id,
        result: undefined,
      }))
      return { status: 204 }
    }),
  ]
}

/** By id, or by the caller's own event id while it is unique. */
export async function findMessage(
  { store }: ApiDeps,
  call: Pick<Call, 'params'> & { readonly application: ApplicationSnapshot },
): Promise<MessageTable> {
  const { db } = store
  const name = call.params['msg_id'] ?? ''
  const id = isId('msg', name)
    ? name
    : (
        await db
          .selectFrom('dedup')
          .select('ref')
          .where('scope', '=', `event:${call.application.id}`)
          .where('key', '=', createHash('sha256').update(name).digest('hex'))
          .executeTakeFirst()
      )?.ref
  const row =
    id &&
    (await db.selectFrom('message').selectAll().where('id', '=', id).where('application_id', '=', call.application.id).executeTakeFirst())
  if (!row) throw new AppError('not_found')
  return row
}

function rowOf(message: MessageToSend, application: ApplicationSnapshot): MessageTable {
  const { id, eventId, eventType, channels, tags, createdAt, payload } = message
  return {
    id,
    application_id: application.id,
    event_id: eventId,
    event_type: eventType,
    channels: channels && JSON.stringify(channels),
    tags: tags && JSON.stringify(tags),
    run_id: null,
    created_at: createdAt,
    payload,
  }
}

/** JSON text, because the payload is put in as it came: parsing it would round its numbers. */
export function messageText(row: MessageTable & { id: MessageId | string }, withContent: boolean): string {
  const payload = !withContent || row.payload === null ? '{}' : Buffer.from(row.payload).toString('utf8')
  const head = { id: row.id, eventId: row.event_id, eventType: row.event_type, timestamp: new Date(row.created_at).toISOString() }
  return `${JSON.stringify(head).slice(0, -1)},"channels":${row.channels ?? 'null'},"tags":${row.tags ?? 'null'},"payload":${payload}}`
}
