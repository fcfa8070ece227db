import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  api = await startTestApi({}, { deliver: true })
  receiver = await startRecordingReceiver(({ path }) => (path === '/ok' ? 200 : { status: 503, body: '{"why":"busy"}' }))
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
  const make = (uid: string, more: object) =>
    api.call('POST /app/shop/endpoint', { body: { url: `${receiver.url}/${uid}`, uid, eventTypes: [`${uid}.*`], ...more } })
  await make('ok', { signing: 'hex', headers: { 'X-Api-Key': 'hush-hush' } })
  await make('busy', { retryPolicy: { waitsSeconds: [3600] } })
  await make('paused', { state: 'paused' })
  await make('off', { state: 'disabled' })
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

const send = async (eventType: string) =>
  String((await api.call('POST /app/shop/msg', { body: { eventType, payload: { n: 1 } } })).body['id'])
const list = async (query: string) => (await api.call(`GET /app/shop/delivery?${query}`)).body['data'] as unknown as readonly Json[]
/** The delivery of a message, as soon as it is like this. */
const delivery = async (message: string, like: object): Promise<Json> => {
  for (;;) {
    const [one] = await list(`message_id=${message}`)
    const fits = one && Object.entries(like).every(([name, value]) => one[name] === value)
    if (fits) return one
    await wait(20)
  }
}

describe('deliveries', () => {
  test('R78: say what became of them, with every attempt as it was sent and answered', async () => {
    const message = await send('ok.sent')
    const one = await delivery(message, { status: 'delivered' })
    expect(one).toMatchObject({
      eventType: 'ok.sent',
      messageId: message,
      attempts: 1,
      nextAttempt: null,
      lastStatusCode: 200,
      lastFailure: null,
      runId: null,
    })
    expect((await api.call(`GET /app/shop/delivery/${String(one['id'])}`)).body).toEqual(one)
    const { text, body } = await api.call(`GET /app/shop/delivery/${String(one['id'])}/attempt`)
    const [attempt] = body['data'] as unknown as readonly Json[]
    expect(attempt).toMatchObject({
      n: 1,
      manual: false,
      ok: true,
      request: { url: `${receiver.url}/ok` },
      response: { status: 200, body: 'ok', encoding: 'utf8', truncated: false },
      failure: null,
    })
    const names = (side: 'request' | 'response') =>
      (attempt![side]!['headers'] as unknown as [string, string][]).map(([name]) => name.toLowerCase())
    expect(names('request')).toContain('content-type')
    expect(names('response')).toContain('date')
    expect(attempt!['phases']).toMatchObject({ totalMs: expect.any(Number), firstByteMs: expect.any(Number) })
    expect(text).not.toContain('hush-hush')
  })

  test('that wait say why, and when they are tried again', async () => {
    const one = await delivery(await send('busy.sent'), { attempts: 1 })
    expect(one).toMatchObject({
      status: 'waiting',
      lastStatusCode: 503,
      lastFailure: 'http_503',
      nextStep: expect.stringContaining('overloaded'),
    })
    expect(Date.parse(String(one['nextAttempt'])) - Date.now()).toBeGreaterThan(3_000_000)
  })

  test('are found by status, endpoint, message, event type and time, in pages', async () => {
    const message = await send('paused.sent')
    const ids = async (query: string) => (await list(query)).map((one) => one['messageId'])
    expect(await ids('endpoint_id=paused')).toEqual([message])
    expect(await ids(`event_types=none,paused.*&status=delivered,${String((await list('endpoint_id=paused'))[0]!['status'])}`)).toEqual([
      message,
    ])
    expect(await ids('endpoint_id=paused&status=delivered')).toEqual([])
    expect(await ids('before=2000-01-01T00:00:00Z')).toEqual([])
    expect(await ids('endpoint_id=none')).toEqual([])
    const all = await list('')
    const first = (await api.call('GET /app/shop/delivery?limit=1')).body
    const second = (await api.call(`GET /app/shop/delivery?limit=1&iterator=${String(first['iterator'])}`)).body
    expect([first['data'], second['data']]).toEqual([[all[0]], [all[1]]])
    expect((await api.call('GET /app/shop/delivery?status=delivered,lost')).body['errors']).toMatchObject([
      { pointer: '?status', message: expect.stringContaining('"waiting"') },
    ])
    expect((await api.call('GET /app/shop/delivery?event_types=a%20b')).body['errors']).toMatchObject([{ pointer: '?event_types' }])
    expect((await api.call('GET /app/shop/delivery?text=%00')).body['errors']).toMatchObject([{ pointer: '?text' }])
  })

  test('R78: are found by what their last attempt came to', async () => {
    const refused = await delivery(await send('busy.sent'), { attempts: 1 })
    const answered = await delivery(await send('ok.sent'), { status: 'delivered' })
    const ids = async (query: string) => (await list(query)).map((one) => one['id'])
    expect(await ids('status_code_class=500')).toContain(refused['id'])
    expect(await ids('status_code_class=500')).not.toContain(answered['id'])
    expect(await ids('status_code_class=200')).toContain(answered['id'])
    expect(await ids('failure=http_503')).toContain(refused['id'])
    expect(await ids('failure=timeout')).toEqual([])
    // What waits has not taken any time yet.
    expect(await ids('min_duration_ms=0')).toContain(answered['id'])
    expect(await ids('min_duration_ms=0')).not.toContain(refused['id'])
    expect(await ids('min_duration_ms=3600000')).toEqual([])
    expect((await api.call('GET /app/shop/delivery?min_duration_ms=soon')).body['errors']).toMatchObject([{ pointer: '?min_duration_ms' }])
    const listed = (await api.call('GET /app/shop/msg?with_deliveries=true')).body['data'] as unknown as Json[]
    const deliveriesOf = (one: Json) => listed.find(({ id }) => id === one['messageId'])!['deliveries']
    expect(deliveriesOf(answered)).toEqual({ all: 1, delivered: 1, failed: 0, cancelled: 0 })
    expect(deliveriesOf(refused)).toEqual({ all: 1, delivered: 0, failed: 0, cancelled: 0 })
    expect((await api.call('GET /app/shop/msg?limit=1')).body['data']![0 as never]).not.toHaveProperty('deliveries')
  })

  test('are found by an id of theirs, an event id, or text of the payload', async () => {
    const body = { eventType: 'ok.sent', eventId: 'order-17', payload: { word: 'Käse-Brot' } }
    const message = String((await api.call('POST /app/shop/msg', { body })).body['id'])
    const { id } = (await delivery(message, { status: 'delivered' })) as unknown as { id: string }
    const attempt = String((await api.call(`GET /app/shop/delivery/${id}/attempt`)).body['data']![0 as never]!['id'])
    const found = async (text: string, app = '/app/shop') =>
      ((await api.call(`GET ${app}/delivery?text=${encodeURIComponent(text)}`)).body['data'] as unknown as Json[]).map((one) => one['id'])
    for (const text of [id, attempt, message, 'order-17', 'Käse-Brot', 'se-Br']) expect(await found(text), text).toEqual([id])
    for (const text of ['käse', `dlv_${'0'.repeat(22)}`, `atmpt_${'0'.repeat(22)}`]) expect(await found(text), text).toEqual([])
    for (const text of [id, attempt, message, 'order-17', 'Käse-Brot']) expect(await found(text, '/app/other'), text).toEqual([])
    for (const text of [id, attempt, message, 'order-17', 'Käse-Brot']) expect(await found(text, ''), text).toEqual([id])
    const clash = await list(`text=${message}&message_id=msg_${'0'.repeat(22)}`)
    expect(clash).toEqual([])
  })

  test('of all applications are for keys of the organisation', async () => {
    const { body } = await api.call('GET /delivery?limit=250')
    const names = new Set((body['data'] as unknown as Json[]).map((one) => one['applicationId']))
    expect(names.size).toBe(1)
    const key = String((await api.call('POST /key', { body: { name: 'Shop', application: 'shop' } })).body['key'])
    expect((await api.call('GET /delivery', { key })).status).toBe(403)
  })

  test('are looked through a bounded part at a call: a page comes back short, says so, and its iterator goes on', async () => {
    const { store, ids } = api.deps
    const { id: application } = (await api.call('POST /app', { body: { uid: 'long', name: 'Long' } })).body as unknown as { id: string }
    const all = Array.from({ length: 25_000 }, () => ids.make('dlv'))
    const row = { application_id: application, lane: 'flow_1/a', endpoint_id: null, message_id: null, run_id: null, step_id: 'a' }
    const still = { status: 'cancelled' as const, attempts: 0, retries: 0, retry_in_seen: 0, first_attempt_at: null, next_at: null }
    const end = { finished_at: 1, last_status: null, last_failure: null, request: null, body: null, created_at: 1 }
    for (let at = 0; at < all.length; at += 500) {
      const rows = all
        .slice(at, at + 500)
        .map((id, i) => ({ ...row, ...still, ...end, id, event_type: at === 0 && i === 0 ? 'needle' : 'hay' }))
      const query = tablesOf(store).insertInto('delivery').values(rows).compile()
      await store.mutate({ statements: [{ query }], application: null, audit: [] })
    }
    const look = async (query: string) => (await api.call(`GET /app/long/delivery?event_types=needle&${query}`)).body as unknown as Json
    const first = await look('limit=10')
    expect(first).toMatchObject({ data: [], done: false, iterator: all[5000] })
    const second = await look(`limit=10&iterator=${String(first['iterator'])}`)
    expect(second).toMatchObject({ data: [{ id: all[0] }], done: true })
    const back = await look(`limit=10&iterator=-${all[0]!}`)
    expect(back).toMatchObject({ data: [], done: false, prevIterator: `-${all[20_000]!}` })
    expect(await look(`limit=10&iterator=${String(back['prevIterator'])}`)).toMatchObject({ data: [], done: true })
  })

  test('are cancelled while they wait, and not when they have ended', async () => {
    const { id } = (await delivery(await send('paused.cancelled'), {})) as unknown as { id: string }
    expect((await api.call(`POST /app/shop/delivery/${id}/cancel`)).body).toMatchObject({ id, status: 'cancelled', nextAttempt: null })
    const again = await api.call(`POST /app/shop/delivery/${id}/cancel`)
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict', detail: 'The delivery is cancelled already.' } })
  })

  test('are cancelled together where they wait, and the audit log has which', async () => {
    const waiting = (await delivery(await send('paused.many'), {})) as unknown as { id: string }
    const ended = (await delivery(await send('ok.many'), { status: 'delivered' })) as unknown as { id: string }
    const cancel = (app: string, deliveryIds: string[]) => api.call(`POST /app/${app}/delivery/cancel`, { body: { deliveryIds } })
    const named = [waiting.id, ended.id, waiting.id, `dlv_${'0'.repeat(22)}`]
    expect(await cancel('other', named)).toMatchObject({ status: 200, body: { cancelled: 0, skipped: 3 } })
    expect(await cancel('shop', named)).toMatchObject({ status: 200, body: { cancelled: 1, skipped: 2 } })
    expect((await api.call(`GET /app/shop/delivery/${waiting.id}`)).body).toMatchObject({ status: 'cancelled' })
    expect((await api.call(`GET /app/shop/delivery/${ended.id}`)).body).toMatchObject({ status: 'delivered' })
    expect((await cancel('shop', [])).status).toBe(422)
    const [entry] = (await api.call('GET /audit?action=delivery.cancelled_many')).body['data'] as unknown as Json[]
    expect(entry).toMatchObject({ after: { deliveryIds: [waiting.id] } })
  })

  test('are sent once more by hand', async () => {
    const { id } = (await delivery(await send('ok.again'), { status: 'delivered' })) as unknown as { id: string }
    const count = receiver.received.length
    expect((await api.call(`POST /app/shop/delivery/${id}/resend`)).status).toBe(202)
    await receiver.after(count)
    const sent = receiver.received.slice(-2).map(({ headers }) => headers)
    expect(sent[1]!['x-webhook-event-id']).toBe(sent[0]!['x-webhook-event-id'])
    expect(sent[1]!['x-webhook-id']).not.toBe(sent[0]!['x-webhook-id'])
  })

  test('of another application are unknown', async () => {
    const { id } = (await list('limit=1'))[0] as unknown as { id: string }
    for (const call of [
      `GET /app/other/delivery/${id}`,
      `GET /app/other/delivery/${id}/attempt`,
      `POST /app/other/delivery/${id}/cancel`,
      `POST /app/other/delivery/${id}/resend`,
      `GET /app/shop/delivery/dlv_${'0'.repeat(22)}`,
    ])
      expect(await api.call(call)).toMatchObject({
        status: 404,
        body: { code: 'not_found', detail: expect.stringMatching(/^There is no delivery "dlv_\w+" in this application\.$/) },
      })
  })
})

describe('the state of an endpoint', () => {
  const patch = (uid: string, body: object) => api.call(`PATCH /app/shop/endpoint/${uid}`, { body })

  test('R81: disabled, it gets nothing of what was sent meanwhile, and the events are counted', async () => {
    const message = await send('off.sent')
    expect(await list(`message_id=${message}`)).toEqual([])
    expect(await api.call(`POST /app/shop/msg/${message}/endpoint/off/resend`)).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: expect.stringContaining('"kind": "missing" sends what it wants and never got') },
    })
    const { endpoint_id, skipped } = await tablesOf(api.deps.store)
      .selectFrom('lane')
      .innerJoin('endpoint', 'endpoint.id', 'lane.lane')
      .select(['endpoint.id as endpoint_id', 'lane.skipped'])
      .where('endpoint.uid', '=', 'off')
      .executeTakeFirstOrThrow()
    expect(skipped).toBe(1)
    expect((await patch('off', { disabled: false })).body).toMatchObject({ id: endpoint_id, state: 'active', disabled: false })
    const later = await send('off.later')
    await delivery(later, { attempts: 1 })
    const ids = receiver.received.filter(({ path }) => path === '/off').map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([later])
  })

  test('R80: paused, it gets everything when it goes on', async () => {
    await api.call('POST /app/shop/endpoint', {
      body: { url: `${receiver.url}/ok`, uid: 'pausing', eventTypes: ['pausing.*'], state: 'paused' },
    })
    const message = await send('pausing.sent')
    expect(await list(`message_id=${message}`)).toHaveLength(1)
    await patch('pausing', { state: 'active' })
    await delivery(message, { status: 'delivered' })
  })

  test('R80: disabled while deliveries wait, it gets them when it is enabled again', async () => {
    await api.call('POST /app/shop/endpoint', {
      body: { url: `${receiver.url}/ok`, uid: 'toggled', eventTypes: ['toggled.*'], state: 'paused' },
    })
    const message = await send('toggled.sent')
    await patch('toggled', { disabled: true })
    expect((await list(`message_id=${message}`))[0]).toMatchObject({ attempts: 0 })
    await patch('toggled', { disabled: false })
    await delivery(message, { status: 'delivered', attempts: 1 })
  })

  test('is not changed by a replacement that does not speak of it', async () => {
    await api.call('PUT /app/shop/endpoint/paused', { body: { url: `${receiver.url}/paused`, eventTypes: ['paused.*'] } })
    expect((await api.call('GET /app/shop/endpoint/paused')).body).toMatchObject({ state: 'paused', disabled: false })
    expect((await patch('paused', { disabled: false })).body).toMatchObject({ state: 'paused' })
  })

  test('ends with its deletion: what waits is cancelled', async () => {
    const message = await send('paused.deleted')
    expect((await api.call('DELETE /app/shop/endpoint/paused')).status).toBe(204)
    await delivery(message, { status: 'cancelled' })
    expect(
      await tablesOf(api.deps.store)
        .selectFrom('task')
        .innerJoin('delivery', 'delivery.id', 'task.delivery')
        .select('task.due')
        .where('message_id', '=', message)
        .execute(),
    ).toEqual([])
  })
})
