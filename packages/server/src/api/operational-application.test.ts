import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { createCollectingLog } from '#platform/testing'
import { operationalApplication, operationalEventTypeContents } from '#domain'
import { tablesOf } from '#store/testing'
import { ensureOperationalApplication } from './operational-application.ts'

const { id } = operationalApplication
let api: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  api = await startTestApi({}, { deliver: true })
  await ensureOperationalApplication(api.deps)
  receiver = await startRecordingReceiver()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

const uids = async (query: string) =>
  ((await api.call(`GET /app${query}`)).body['data'] as unknown as { uid: string }[]).map(({ uid }) => uid)

describe("Posthorn's own application", () => {
  test('is in lists only for those who ask for it', async () => {
    expect(await uids('')).toEqual(['shop'])
    expect(await uids('?include_system=true')).toEqual(['posthorn', 'shop'])
    expect((await api.call('GET /app/posthorn')).body).toMatchObject({ id, uid: 'posthorn', name: 'Posthorn', plan: 'unlimited' })
  })

  test.each([
    ['PATCH /app/posthorn', { name: 'Mine' }],
    ['PATCH /app/posthorn', { uid: 'mine' }],
    ['PATCH /app/posthorn', { uid: null }],
    ['PUT /app/posthorn', { name: 'Mine' }],
    ['DELETE /app/posthorn', undefined],
    ['POST /app/posthorn/msg', { eventType: 'endpoint.disabled', payload: {} }],
    ['POST /app/posthorn/msg/batch', { messages: [{ eventType: 'endpoint.disabled', payload: {} }] }],
    ['POST /app/posthorn/event', { type: 'endpoint.disabled', data: {} }],
  ])('%s %o is refused', async (call, body) => {
    expect(await api.call(call, { body })).toMatchObject({ status: 403, body: { code: 'application_reserved' } })
    expect((await api.call('GET /app/posthorn')).body).toMatchObject({ uid: 'posthorn', name: 'Posthorn' })
    expect((await api.call('GET /app/posthorn/msg')).body['data']).toEqual([])
  })

  test('takes settings like any other, and its name is taken', async () => {
    const changed = await api.call('PATCH /app/posthorn', { body: { defaultSigning: 'svix', metadata: { team: 'ops' } } })
    expect(changed).toMatchObject({ status: 200, body: { defaultSigning: 'svix', metadata: { team: 'ops' } } })
    expect((await api.call('PATCH /app/posthorn', { body: { defaultSigning: null } })).status).toBe(200)
    expect((await api.call('POST /app', { body: { name: 'A', uid: 'posthorn' } })).status).toBe(409)
    expect((await api.call('PATCH /app/shop', { body: { uid: 'posthorn' } })).status).toBe(409)
  })

  test('has its event types in the catalogue, with schema and example; keys of applications see them with its flag only', async () => {
    const { body } = await api.call('GET /event-type/endpoint.disabled')
    const content = operationalEventTypeContents.find(({ name }) => name === 'endpoint.disabled')!
    expect(body).toMatchObject({
      ...{ description: content.description, schemas: { '1': content.schema }, example: content.example },
      ...{ featureFlags: ['posthorn'], groupName: 'Posthorn', archived: false },
    })
    const key = async (part: object) => String((await api.call('POST /key', { body: { name: 'k', access: 'write', ...part } })).body['key'])
    const names = async (text: string) =>
      ((await api.call('GET /event-type?limit=250', { key: text })).body['data'] as unknown as { name: string }[]).map(({ name }) => name)
    expect(await names(await key({ application: 'shop' }))).toEqual([])
    expect(await names(await key({ application: 'posthorn', featureFlags: ['posthorn'] }))).toEqual(
      operationalEventTypeContents.map(({ name }) => name).toSorted(),
    )
  })

  test('an endpoint of it can be tried with an example that looks like the real message', async () => {
    const body = { url: receiver.url, uid: 'ops', eventTypes: ['endpoint.disabled', 'message.attempt.*'] }
    expect((await api.call('POST /app/posthorn/endpoint', { body })).status).toBe(201)
    const { example } = operationalEventTypeContents.find(({ name }) => name === 'endpoint.disabled')!
    const expected = { type: 'endpoint.disabled', business_id: 'posthorn', data: example }
    await api.call('POST /app/posthorn/endpoint/ops/send-example', { body: { eventType: 'endpoint.disabled' } })
    expect(JSON.parse((await receiver.after(0)).body.toString())).toMatchObject(expected)
    await api.call('POST /app/posthorn/endpoint/ops/test', { body: { eventType: 'endpoint.disabled' } })
    expect(JSON.parse((await receiver.after(1)).body.toString())).toMatchObject(expected)
  })

  test('messages to it are made only for what an endpoint of it wants, and are in its log', async () => {
    const filter = { data: { appUid: 'other' } }
    await api.call('POST /app/posthorn/endpoint', { body: { url: receiver.url, uid: 'other', eventTypes: ['endpoint.created'], filter } })
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    const logged = async () =>
      ((await api.call('GET /app/posthorn/msg?event_types=endpoint.created')).body['data'] as unknown as { payload: unknown }[]).map(
        ({ payload }) => payload,
      )
    await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, uid: 'first' } })
    await api.call('DELETE /app/shop/endpoint/first')
    expect(await logged()).toEqual([])
    const made = await api.call('POST /app/other/endpoint', { body: { url: receiver.url, uid: 'first' } })
    expect(await logged()).toMatchObject([{ data: { appUid: 'other', endpointId: String(made.body['id']), endpointUid: 'first' } }])
  })
})

describe('starting', () => {
  test('makes what is missing once, and leaves alone what the operator changed', async () => {
    const db = tablesOf(api.deps.store)
    const rows = () =>
      Promise.all([
        db.selectFrom('application').selectAll().where('id', '=', id).execute(),
        db.selectFrom('event_type').selectAll().orderBy('name').execute(),
        db.selectFrom('audit').selectAll().where('target', '=', id).orderBy('id').execute(),
      ])
    await api.call('PATCH /event-type/run.failed', { body: { description: 'Ours.' } })
    const before = await rows()
    await ensureOperationalApplication(api.deps)
    expect(await rows()).toEqual(before)
    expect((await api.call('GET /event-type/run.failed')).body).toMatchObject({ description: 'Ours.' })
  })

  test('leaves the uid to an application that has it, and takes it as soon as it is free', async () => {
    const other = await startTestApi()
    try {
      const log = createCollectingLog()
      const deps = { ...other.deps, log }
      const theirs = await other.call('POST /app', { body: { name: 'Horns', uid: 'posthorn' } })
      await ensureOperationalApplication(deps)
      expect(log.entries.map(({ event }) => event)).toEqual(['server.operational.unnamed'])
      expect((await other.call('GET /app/posthorn')).body).toMatchObject({ id: String(theirs.body['id']) })
      expect((await other.call(`GET /app/${id}`)).body).toMatchObject({ uid: null, name: 'Posthorn' })
      expect((await other.call('POST /app/posthorn/msg', { body: { eventType: 'a', payload: {} } })).status).toBe(202)
      await other.call('PATCH /app/posthorn', { body: { uid: 'horns' } })
      await ensureOperationalApplication(deps)
      expect((await other.call('GET /app/posthorn')).body).toMatchObject({ id, uid: 'posthorn' })
      expect(log.entries).toHaveLength(1)
    } finally {
      await other.stop()
    }
  })
})
