import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
let receiver: RecordingReceiver
const secrets: Record<string, string> = {}
beforeAll(async () => {
  api = await startTestApi({}, { deliver: true })
  receiver = await startRecordingReceiver(({ path }) => (path === '/failing' ? { status: 500, body: '{"why":"broken"}' } : 200))
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  for (const [uid, more] of Object.entries({ ok: {}, failing: {}, paused: { state: 'paused' }, off: { state: 'disabled' } })) {
    const { body } = await api.call('POST /app/shop/endpoint', {
      body: { url: `${receiver.url}/${uid}`, uid, eventTypes: ['never.*'], ...more },
    })
    secrets[uid] = String(body['secret'])
  }
  const example = { invoice: { id: 'inv_1' } }
  await api.call('POST /event-type', { body: { name: 'invoice.paid', description: 'Paid', example } })
  const schemas = { 2: { examples: [{ version: 2 }] }, 10: { examples: [{ version: 10 }] } }
  await api.call('POST /event-type', { body: { name: 'invoice.sent', description: 'Sent', schemas } })
  await api.call('POST /event-type', { body: { name: 'invoice.lost', description: 'Lost' } })
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

const tryOut = (uid: string, body: object = {}) => api.call(`POST /app/shop/endpoint/${uid}/test`, { body })
const last = () => receiver.received.at(-1)!

describe('testing an endpoint', () => {
  test('R77: sends a signed test.ping at once, and shows what came of it', async () => {
    const { status, body } = await tryOut('ok')
    expect(status).toBe(200)
    expect(body).toMatchObject({ n: 1, ok: true, response: { status: 200, body: 'ok' }, failure: null, nextAttempt: null })
    const { headers, body: bytes } = last()
    const sent = new Webhook(secrets['ok']!).verify(bytes.toString(), headers as Record<string, string>) as Record<string, unknown>
    expect(sent).toMatchObject({ id: headers['webhook-id'], type: 'test.ping', business_id: 'shop', data: { message: expect.any(String) } })
  })

  test('R77: is in the log of the endpoint, tried once, and counted nowhere', async () => {
    const failures = async () =>
      (
        await tablesOf(api.deps.store)
          .selectFrom('lane')
          .innerJoin('endpoint', 'endpoint.id', 'lane.lane')
          .select('failures')
          .where('uid', '=', 'failing')
          .executeTakeFirstOrThrow()
      ).failures
    const { body } = await tryOut('failing')
    expect(body).toMatchObject({
      ok: false,
      response: { status: 500, body: '{"why":"broken"}' },
      failure: 'http_500',
      nextStep: expect.any(String),
    })
    const attempts = (await api.call('GET /app/shop/attempt/endpoint/failing')).body['data'] as unknown as readonly Json[]
    expect(attempts).toMatchObject([{ id: body['id'], status: 2, responseStatusCode: 500, nextAttempt: null }])
    const deliveries = (await api.call('GET /app/shop/delivery?endpoint_id=failing')).body['data'] as unknown as readonly Json[]
    expect(deliveries).toMatchObject([{ status: 'failed', eventType: 'test.ping', attempts: 1, nextAttempt: null }])
    expect((await api.call(`GET /app/shop/msg/${String(attempts[0]!['msgId'])}`)).body).toMatchObject({ eventType: 'test.ping' })
    expect(await failures()).toBe(0)
    expect(await tablesOf(api.deps.store).selectFrom('task').selectAll().execute()).toEqual([])
  })

  test('works while it is paused or disabled', async () => {
    expect((await tryOut('paused')).body).toMatchObject({ ok: true })
    expect((await tryOut('off')).body).toMatchObject({ ok: true })
  })

  test('sends the type and the payload that are wanted, byte for byte, or the example of the type', async () => {
    await api.call('POST /app/shop/endpoint/ok/test', { body: '{"eventType":"order.odd","payload":{ "id": 12345678901234567890 }}' })
    expect(last().body.toString()).toContain('"type":"order.odd"')
    expect(last().body.toString()).toContain('"data":{ "id": 12345678901234567890 }')
    await tryOut('ok', { eventType: 'invoice.paid' })
    expect(JSON.parse(last().body.toString())).toMatchObject({ type: 'invoice.paid', data: { invoice: { id: 'inv_1' } } })
  })

  test('says why nothing could be reached', async () => {
    const gone = await startRecordingReceiver()
    await gone[Symbol.asyncDispose]()
    await api.call('POST /app/shop/endpoint', { body: { url: gone.url, uid: 'nobody' } })
    const { status, body } = await tryOut('nobody')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ok: false,
      response: null,
      failure: 'connect_refused',
      reason: expect.any(String),
      nextStep: expect.any(String),
    })
    expect((await tryOut('none')).status).toBe(404)
  })
})

describe('sending an example', () => {
  const send = (uid: string, eventType: string) => api.call(`POST /app/shop/endpoint/${uid}/send-example`, { body: { eventType } })

  test('is an ordinary message to that endpoint alone, whatever it subscribed to', async () => {
    const count = receiver.received.length
    const { status, body } = await send('ok', 'invoice.paid')
    expect(status).toBe(200)
    expect(body).toMatchObject({ eventType: 'invoice.paid', payload: { invoice: { id: 'inv_1' } } })
    const { path, headers, body: bytes } = await receiver.after(count)
    expect([path, headers['webhook-id'], bytes.toString()]).toEqual(['/ok', body['id'], '{"invoice":{"id":"inv_1"}}'])
    expect((await api.call(`GET /app/shop/delivery?message_id=${String(body['id'])}`)).body['data']).toHaveLength(1)
  })

  test('takes the example of the newest schema, or Svix’s ping', async () => {
    expect((await send('ok', 'invoice.sent')).body['payload']).toEqual({ version: 10 })
    expect((await send('ok', 'svix.ping')).body['payload']).toEqual({ success: true })
  })

  test('says what is missing', async () => {
    expect((await send('ok', 'invoice.lost')).body['errors']).toMatchObject([
      { pointer: '/eventType', code: 'no_example', message: expect.stringContaining('"example"') },
    ])
    expect((await send('ok', 'invoice.none')).body['errors']).toMatchObject([{ pointer: '/eventType', code: 'unknown_event_type' }])
    expect(await send('off', 'invoice.paid')).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } })
  })

  test('is done once under an Idempotency-Key', async () => {
    const call = { body: { eventType: 'invoice.paid' }, headers: { 'idempotency-key': 'example' } }
    const first = await api.call('POST /app/shop/endpoint/paused/send-example', call)
    expect((await api.call('POST /app/shop/endpoint/paused/send-example', call)).text).toBe(first.text)
    expect((await api.call('GET /app/shop/delivery?endpoint_id=paused&event_types=invoice.paid')).body['data']).toHaveLength(1)
  })
})
