import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ payloadBytesMax: 2000 })
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
})
afterAll(() => api.stop())

const payload = { order: 17 }
const send = (body: unknown, app = 'shop') => api.call(`POST /app/${app}/msg`, { body })
const sendEvent = (body: unknown) => api.call('POST /app/shop/event', { body })

describe('the precheck of a message', () => {
  test('says whether an endpoint would get it: subscribed, on the channel, and not disabled', async () => {
    await api.call('POST /app', { body: { uid: 'checked', name: 'Checked' } })
    const active = async (body: object) => (await api.call('POST /app/checked/msg/precheck/active', { body })).body['active']
    expect(await active({ eventType: 'order.paid' })).toBe(false)
    await api.call('POST /app/checked/endpoint', {
      body: { url: 'https://example.com/', uid: 'one', eventTypes: ['order.*'], channels: ['eu'] },
    })
    const paid = { eventType: 'order.paid', channels: ['eu', 'us'] }
    expect(await active(paid)).toBe(true)
    expect(await active({ ...paid, channels: ['us'] })).toBe(false)
    expect(await active({ eventType: 'order.paid', channels: null })).toBe(false)
    expect(await active({ ...paid, eventType: 'invoice.paid' })).toBe(false)
    for (const [state, is] of [
      ['paused', true],
      ['disabled', false],
      ['active', true],
    ] as const) {
      await api.call('PATCH /app/checked/endpoint/one', { body: { state } })
      expect(await active(paid), state).toBe(is)
    }
    expect((await api.call('POST /app/checked/msg/precheck/active', { body: { eventType: 'a b' } })).status).toBe(422)
    expect((await api.call('GET /app/checked/msg')).body['data']).toEqual([])
  })
})

describe('the body of a message', () => {
  test.each([
    [{ payload }, '/eventType', 'required'],
    [{ eventType: 'a b', payload }, '/eventType', 'invoice.paid'],
    [{ eventType: '', payload }, '/eventType', 'invoice.paid'],
    [{ eventType: 'a' }, '/payload', 'JSON object'],
    [{ eventType: 'a', payload: null }, '/payload', 'JSON object'],
    [{ eventType: 'a', payload: [] }, '/payload', 'JSON object'],
    [{ eventType: 'a', payload: 'text' }, '/payload', 'JSON object'],
    [{ eventType: 'a', payload, eventId: 'a b' }, '/eventId', 'letters'],
    [{ eventType: 'a', payload, eventId: 'msg_1' }, '/eventId', 'as ids do'],
    [{ eventType: 'a', payload, channels: [] }, '/channels', 'at least one'],
    [{ eventType: 'a', payload, channels: ['1', '2', '3', '4', '5', '6'] }, '/channels', 'at most 5'],
    [{ eventType: 'a', payload, channels: ['a b'] }, '/channels/0', 'letters'],
    [{ eventType: 'a', payload, tags: [''] }, '/tags/0', 'not empty'],
    [{ eventType: 'a', payload, payloadRetentionPeriod: 4 }, '/payloadRetentionPeriod', '5 to 90'],
    [{ eventType: 'a', payload, deliverAt: '2030-01-01T00:00:00Z' }, '/deliverAt', 'when it is due'],
    [{ eventType: 'a', payload, transformationsParams: { rawPayload: 'text' } }, '/transformationsParams/rawPayload', 'JSON object'],
    [{ eventType: 'a', payload, transformationsParams: { rawPayload: '[]' } }, '/transformationsParams/rawPayload', 'JSON object'],
  ])('%j is refused at %s', async (body, pointer, words) => {
    const refused = await send(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test.each([
    [{ data: 1 }, '/type', 'required'],
    [{ type: 'a' }, '/data', 'has data'],
    [{ type: 'a', data: 1, id: 'x y' }, '/id', 'letters'],
    [{ type: 'a', data: 1, created_at: 'yesterday' }, '/created_at', 'ISO 8601'],
    [{ type: 'a', data: 1, payload }, '/payload', 'no field "payload"'],
  ])('of an event, %j is refused at %s', async (body, pointer, words) => {
    const refused = await sendEvent(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test('that is no JSON, or not UTF-8, is refused as such', async () => {
    for (const body of ['{"eventType":"a","payload":{}', '{"eventType":"a","payload":{"a":01}}', 'x'])
      expect(await send(body)).toMatchObject({ status: 400, body: { code: 'malformed_json', detail: expect.stringContaining('JSON') } })
    const response = await fetch(`${api.url}/api/v1/app/shop/msg`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}` },
      body: Buffer.concat([Buffer.from('{"eventType":"a","payload":{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}}')]),
    })
    expect(response.status).toBe(400)
  })

  test('may have a payload as large as the limit, and not a byte more', async () => {
    const exact = `{"a":"${'x'.repeat(1992)}"}`
    expect(exact).toHaveLength(2000)
    expect((await send(`{"eventType":"a","payload":${exact}}`)).status).toBe(202)
    const refused = await send(`{"eventType":"a","payload":${exact.replace('x', 'xx')}}`)
    expect(refused).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large', detail: 'The payload has 2001 bytes; at most 2000 are taken.' },
    })
    const huge = await send(`{"eventType":"a","payload":{"a":"${'x'.repeat(2_000_000)}"}}`)
    expect(huge).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  })
})

describe('a message to an application that is not there', () => {
  const first = (app: string, application: unknown, more: object = {}) =>
    api.call(`POST /app/${app}/msg`, { body: { eventType: 'a', payload, application, ...more } })

  test('makes it if it brings it, once', async () => {
    expect((await first('fresh', { name: 'Fresh', plan: 'pro' })).status).toBe(202)
    expect((await api.call('GET /app/fresh')).body).toMatchObject({ uid: 'fresh', name: 'Fresh', plan: 'pro' })
    expect((await first('fresh', { name: 'Ignored', uid: 'fresh' })).status).toBe(202)
    expect((await api.call('GET /app/fresh')).body['name']).toBe('Fresh')
    expect((await api.call('GET /app/fresh/msg')).body['data']).toHaveLength(2)
  })

  test('makes one when twenty come at once, and keeps all of them', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => first('crowd', { name: 'Crowd' })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect((await api.call('GET /app/crowd/msg')).body['data']).toHaveLength(20)
  })

  test('is refused if it does not bring it, brings another, or could not be one', async () => {
    expect((await send({ eventType: 'a', payload }, 'absent')).status).toBe(404)
    expect((await first('absent', null)).status).toBe(404)
    expect((await first(`app_${'0'.repeat(22)}`, { name: 'x' })).status).toBe(404)
    expect((await first('absent', { name: 'x', uid: 'else' })).body['errors']).toMatchObject([
      { pointer: '/application/uid', code: 'application_uid_mismatch' },
    ])
    expect((await first('absent', {})).body['errors']).toMatchObject([{ pointer: '/application/name', code: 'required' }])
    expect((await first('absent', { name: 'x' }, { payload: [] })).status).toBe(422)
    expect((await api.call('GET /app/absent')).status).toBe(404)
  })

  test('is refused to a key of another application, or one that may only read', async () => {
    const body = { eventType: 'a', payload, application: { name: 'x' } }
    for (const [about, status] of [
      [{ application: 'shop' }, 404],
      [{ access: 'read' }, 403],
    ] as const) {
      const key = String((await api.call('POST /key', { body: { name: 'k', ...about } })).body['key'])
      expect((await api.call('POST /app/absent/msg', { body, key })).status).toBe(status)
    }
    expect((await api.call('GET /app/absent')).status).toBe(404)
  })
})

describe('messages', () => {
  test('are listed newest first, filtered by event type, channel, tag and time, in both directions', async () => {
    const ids: Record<string, string> = {}
    for (const [name, more] of Object.entries({
      plain: {},
      typed: { eventType: 'listed.typed' },
      under: { channels: ['a_b'] },
      upper: { channels: ['A_B'] },
      near: { channels: ['ab', 'a-b'] },
      tagged: { tags: ['50%'] },
    }))
      ids[name] = String((await send({ eventType: 'listed', payload, ...more }, 'other')).body['id'])
    const list = async (query: string) => (await api.call(`GET /app/other/msg?${query}`)).body
    const names = async (query: string) => {
      const data = (await list(query))['data'] as unknown as { id: string }[]
      return data.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id))
    }
    expect(await names('')).toEqual(['tagged', 'near', 'upper', 'under', 'typed', 'plain'])
    expect(await names('event_types=listed.typed,none')).toEqual(['typed'])
    expect(await names('event_types=listed.typed&event_types=none')).toEqual(['typed'])
    expect(await names('event_types=')).toHaveLength(6)
    expect(await names('channel=a_b')).toEqual(['under'])
    expect(await names('channel=b')).toEqual([])
    expect(await names('tag=50%25')).toEqual(['tagged'])
    expect(await names('after=2100-01-01T00:00:00Z')).toEqual([])
    expect(await names('before=2000-01-01T00:00:00Z')).toEqual([])
    expect(await names('after=2000-01-01T00:00:00Z&before=2100-01-01T00:00:00%2B01:00')).toHaveLength(6)

    const first = await list('limit=2')
    await send({ eventType: 'late', payload }, 'other')
    const second = await list(`limit=2&iterator=${String(first['iterator'])}`)
    const third = await list(`limit=2&iterator=${String(second['iterator'])}`)
    expect([first, second, third].map((page) => page['done'])).toEqual([false, false, true])
    const back = await list(`limit=2&iterator=${String(third['prevIterator'])}`)
    expect(back['data']).toEqual(second['data'])
  })

  test('are found by the caller’s own event id, in their application only', async () => {
    const { body } = await send({ eventType: 'a', payload, eventId: 'order-17' })
    expect((await api.call('GET /app/shop/msg/order-17')).body['id']).toBe(body['id'])
    for (const name of ['order-17', String(body['id']), 'order-18', `msg_${'0'.repeat(22)}`]) {
      const { status, body: problem } = await api.call(`GET /app/other/msg/${name}`)
      expect([status, problem['code'], problem['detail']]).toEqual([404, 'not_found', `There is no message "${name}" in this application.`])
    }
  })

  test('show their payload unless the caller does not want it', async () => {
    const { id } = (await send({ eventType: 'a', payload })).body as { id: Json }
    expect((await api.call(`GET /app/shop/msg/${String(id)}`)).body['payload']).toEqual(payload)
    expect((await api.call(`GET /app/shop/msg/${String(id)}?with_content=false`)).body['payload']).toEqual({})
    const silent = await api.call('POST /app/shop/msg?with_content=false', { body: { eventType: 'a', payload } })
    expect(silent.body['payload']).toEqual({})
  })

  test('lose their payload for good when it is expunged', async () => {
    const { body } = await send({ eventType: 'a', payload: { text: 'gone-for-good' }, eventId: 'expunged' })
    expect(await api.call('DELETE /app/shop/msg/expunged/content')).toMatchObject({ status: 204, text: '' })
    expect((await api.call(`GET /app/shop/msg/${String(body['id'])}`)).body['payload']).toEqual({ expired: true })
    const rows = await tablesOf(api.deps.store).selectFrom('message').select('payload').where('id', '=', String(body['id'])).execute()
    expect(rows).toEqual([{ payload: null }])
    expect((await api.call('DELETE /app/other/msg/expunged/content')).status).toBe(404)
  })
})

test('a message keeps its payload for as many days or hours as it says, then retention takes it and leaves the message', async () => {
  const sendFor = async (period: object) => String((await send({ eventType: 'a', payload: { kept: 1 }, ...period })).body['id'])
  const [days, hours, both, forever] = await Promise.all([
    sendFor({ payloadRetentionPeriod: 5 }),
    sendFor({ payloadRetentionHours: 1 }),
    sendFor({ payloadRetentionPeriod: 90, payloadRetentionHours: 2 }),
    sendFor({}),
  ])
  const { store } = api.deps
  const HOUR = 3_600_000
  const expired = async () => {
    const payloads = await Promise.all([days, hours, both, forever].map(async (id) => (await api.call(`GET /app/shop/msg/${id}`)).body))
    return payloads.map(({ payload }) => JSON.stringify(payload) === '{"expired":true}')
  }
  const retainAfter = async (ms: number) => {
    const nothing = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null }
    while ((await store.retain({ ...nothing, now: Date.now() + ms }, 10)) > 0);
  }
  await retainAfter(HOUR / 2)
  expect(await expired()).toEqual([false, false, false, false])
  await retainAfter(1.5 * HOUR)
  expect(await expired()).toEqual([false, true, false, false])
  await retainAfter(119 * HOUR)
  expect(await expired()).toEqual([false, true, true, false])
  await retainAfter(121 * HOUR)
  expect(await expired()).toEqual([true, true, true, false])
  for (const period of [{ payloadRetentionPeriod: 4 }, { payloadRetentionPeriod: 91 }, { payloadRetentionHours: 2161 }])
    expect((await send({ eventType: 'a', payload: {}, ...period })).status).toBe(422)
})
