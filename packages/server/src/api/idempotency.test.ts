import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { AppError } from '#domain'
import { createVault, masterKeyFromText, systemClock, systemRandom } from '#platform'
import type { Statement } from '#store'
import { tablesOf } from '#store/testing'
import { createIdempotency } from './idempotency.ts'

/** Only ever forward: the store does not believe in a clock that goes back. */
let aheadMs = 0
/** Whether calls end between their effect and their answer, which is sealed. */
let endsUnanswered = false
const vault = createVault([masterKeyFromText('test-test-test-test-test-test-test-test')], systemRandom())
const seal: typeof vault.seal = (plain, belongsTo) => {
  if (endsUnanswered && belongsTo.startsWith('idempotency:')) throw new Error('ended here')
  return vault.seal(plain, belongsTo)
}
let api: TestApi
beforeAll(async () => {
  api = await startTestApi({}, { clock: { ...systemClock, now: () => systemClock.now() + aheadMs }, vault: { ...vault, seal } })
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const post = (path: string, key: string, body: unknown) => api.call(`POST ${path}`, { body, headers: { 'idempotency-key': key } })
const endpoint = { url: 'https://example.com/hook' }
const message = { eventType: 'order.paid', payload: { order: 17 } }
const DAY_MS = 86_400_000

const calls = [
  { what: 'a call', path: '/app/shop/endpoint', body: endpoint, other: { url: 'https://example.com/other' }, status: 201 },
  { what: 'a message', path: '/app/shop/msg', body: message, other: { ...message, payload: { order: 18 } }, status: 202 },
  { what: 'an event', path: '/app/shop/event', body: { type: 'order.paid', data: 1 }, other: { type: 'order.paid', data: 2 }, status: 202 },
]

describe.each(calls)('$what that is repeated under its Idempotency-Key', ({ what, path, body, other, status }) => {
  test('is answered as the first time, and done once', async () => {
    const first = await post(path, `${what}-same`, body)
    const second = await post(path, `${what}-same`, body)
    expect([first.status, second.status]).toEqual([status, status])
    expect(second.text).toBe(first.text)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await post(path, `${what}-else`, body)).body['id']).not.toBe(first.body['id'])
  })

  test('with another body is refused', async () => {
    await post(path, `${what}-other`, body)
    const refused = await post(path, `${what}-other`, other)
    const msg = expect.stringContaining('new key')
    expect(refused).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch', title: msg } })
    expect(refused.body['detail']).toEqual([{ loc: ['body'], msg, type: 'idempotency_mismatch' }])
  })

  test('is the same with other white space and its members in another order', async () => {
    const first = await post(path, `${what}-spelt`, body)
    const respelt = JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 3)
    const second = await post(path, `${what}-spelt`, respelt)
    expect(second).toMatchObject({ status, text: first.text })
    expect(second.headers.get('idempotent-replayed')).toBe('true')
  })

  test('twenty at once are done once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(path, `${what}-race`, body)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(19)
  })

  test('after it was refused is tried anew', async () => {
    expect((await post(path, `${what}-mended`, { broken: true })).status).toBe(422)
    expect((await post(path, `${what}-mended`, body)).status).toBe(status)
  })

  test('by another key of the API, or for another application, is another call', async () => {
    const first = await post(path, `${what}-whose`, body)
    const key = String((await api.call('POST /key', { body: { name: 'CI' } })).body['key'])
    const theirs = await api.call(`POST ${path}`, { body, key, headers: { 'idempotency-key': `${what}-whose` } })
    expect(theirs.status).toBe(status)
    expect(theirs.body['id']).not.toBe(first.body['id'])
    await api.call('PUT /app/other', { body: { name: 'Other' } })
    const elsewhere = await post(path.replace('shop', 'other'), `${what}-whose`, body)
    expect(elsewhere.body['id']).not.toBe(first.body['id'])
  })

  test('is a new call after a day', async () => {
    const first = await post(path, `${what}-day`, body)
    aheadMs += DAY_MS + 1000
    const next = await post(path, `${what}-day`, body)
    expect(next.status).toBe(status)
    expect(next.body['id']).not.toBe(first.body['id'])
  })

  test('has a key of any length, all of which counts', async () => {
    const long = 'k'.repeat(2000)
    const first = await post(path, `${what}${long}1`, body)
    expect((await post(path, `${what}${long}2`, body)).body['id']).not.toBe(first.body['id'])
    expect((await post(path, `${what}${long}1`, body)).body['id']).toBe(first.body['id'])
  })
})

describe('a message that is repeated in other bytes under its Idempotency-Key', () => {
  const full = {
    ...message,
    eventId: 'said-once',
    channels: ['a'],
    tags: ['t'],
    payloadRetentionHours: 5,
    payload: { b: { y: 1, x: [1.0] }, n: 1 },
  }
  const spelt = (value: object) => JSON.stringify(value, null, 2)

  test('is the same with all of its fields, and another with any other', async () => {
    const first = await post('/app/shop/msg', 'full', full)
    const again = await post('/app/shop/msg', 'full', spelt({ ...full, payload: { n: 1, b: { x: [1], y: 1 } } }))
    expect(again).toMatchObject({ status: 202, text: first.text })
    for (const change of [
      ...[{ channels: ['b'] }, { channels: null }, { tags: null }, { eventId: 'another' }, { payloadRetentionHours: 6 }],
      ...[{ payload: { ...full.payload, n: 2 } }, { payload: {} }, { eventType: 'order.sent' }],
    ]) {
      const refused = await post('/app/shop/msg', 'full', { ...full, ...change })
      expect(refused.body['code'], JSON.stringify(change)).toBe('idempotency_mismatch')
    }
  })

  test('counts all digits of a number', async () => {
    const sent = (n: string, space = '') => `{"eventType":"order.paid",${space}"payload":{"n":${n}}}`
    const first = await post('/app/shop/msg', 'digits', sent('9007199254740993'))
    expect((await post('/app/shop/msg', 'digits', sent('9007199254740993', ' '))).text).toBe(first.text)
    expect((await post('/app/shop/msg', 'digits', sent('9007199254740992'))).body['code']).toBe('idempotency_mismatch')
  })

  test('as an event is the same with its own id and time, and another with others', async () => {
    const event = { id: 'own-id', type: 'order.paid', created_at: '2026-01-02T03:04:05.000Z', data: { a: 1, b: 2 } }
    const first = await post('/app/shop/event', 'event', event)
    expect((await post('/app/shop/event', 'event', spelt({ ...event, data: { b: 2, a: 1 } }))).text).toBe(first.text)
    for (const change of [{ id: 'other-id' }, { created_at: '2026-01-02T03:04:06.000Z' }, { id: undefined }, { created_at: undefined }])
      expect((await post('/app/shop/event', 'event', { ...event, ...change })).body['code']).toBe('idempotency_mismatch')
  })

  test('as an event is another with another id of our form that its caller gave', async () => {
    const event = (id?: string) => ({ ...(id !== undefined && { id }), type: 'order.paid', data: {} })
    const [one, other] = [api.deps.ids.make('evt'), api.deps.ids.make('evt')]
    const first = await post('/app/shop/event', 'ours', event(one))
    expect((await post('/app/shop/event', 'ours', spelt(event(one)))).text).toBe(first.text)
    for (const id of [other, undefined])
      expect((await post('/app/shop/event', 'ours', event(id))).body['code']).toBe('idempotency_mismatch')
  })

  test('as an event without an id is the same, also if an older release kept it', async () => {
    const event = { type: 'order.paid', data: { older: true } }
    const first = await post('/app/shop/event', 'older', event)
    expect((await post('/app/shop/event', 'older', spelt(event))).text).toBe(first.text)
    const db = tablesOf(api.deps.store)
    const row = await db.selectFrom('dedup').selectAll().where('ref', 'like', '% made').orderBy('ref', 'desc').executeTakeFirstOrThrow()
    const query = db
      .updateTable('dedup')
      .set({ ref: row.ref.replace(' made', '') })
      .where('key', '=', row.key)
      .compile()
    await api.deps.store.mutate({ statements: [{ query }], application: null, audit: [] })
    expect((await post('/app/shop/event', 'older', spelt(event))).text).toBe(first.text)
  })
})

describe('a first call that has not answered', () => {
  /** Leaves it under way, as the process of `holder` would. */
  const leave = async (key: string, holder: string) => {
    await post('/app/shop/endpoint', key, endpoint)
    const rows = await tablesOf(api.deps.store).selectFrom('idempotency').selectAll().orderBy('created_at', 'desc').limit(1).execute()
    const query = tablesOf(api.deps.store)
      .updateTable('idempotency')
      .set({ status: null, body: holder })
      .where('key', '=', rows[0]!.key)
      .compile()
    await api.deps.store.mutate({ statements: [{ query }], application: null, audit: [] })
  }
  const inProgress = { status: 409, body: { code: 'idempotency_in_progress' } }

  test('is waited for while its process lives, then reported to be under way', async () => {
    await leave('slow', api.deps.session.id)
    expect(await post('/app/shop/endpoint', 'slow', endpoint)).toMatchObject(inProgress)
  })

  test('gives its place away at once where its process died', async () => {
    const dead = api.deps.ids.make('ses')
    await leave('died', dead)
    expect((await post('/app/shop/endpoint', 'died', endpoint)).status).toBe(201)
  })

  test('gives its place away after a minute, and changes nothing any more if it goes on then', async () => {
    const { store } = api.deps
    const call = createIdempotency(api.deps)
    const hanging = { scope: 'test', key: 'hangs', raw: new Uint8Array() }
    const [begun, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const change = async (carriedOut: Statement) => {
      const { kind } = await store.mutate({ statements: [carriedOut], application: null, audit: [] })
      return { status: 200, body: { kind } }
    }
    const first = call(hanging, async (carriedOut) => {
      begun.resolve()
      await other.promise
      return change(carriedOut)
    })
    await begun.promise
    aheadMs += 61_000
    expect((await call(hanging, change)).body).toEqual({ kind: 'done' })
    other.resolve()
    expect((await first).body).toEqual({ kind: 'changed' })
    expect((await call(hanging, change)).json).toBe('{"kind":"done"}')
  })
})

test('a first call that fails tells its own fault, also where its key cannot be given back then', async () => {
  const { store } = api.deps
  let isAway = false
  const mutate: typeof store.mutate = (mutation) => (isAway ? Promise.reject(new AppError('store_unavailable')) : store.mutate(mutation))
  const call = createIdempotency({ ...api.deps, store: { ...store, mutate } })
  const fails = call({ scope: 'test', key: 'fails', raw: new Uint8Array() }, async () => {
    isAway = true
    throw new AppError('conflict')
  })
  await expect(fails).rejects.toMatchObject({ code: 'conflict' })
  isAway = false
  aheadMs += 61_000
  const again = await call({ scope: 'test', key: 'fails', raw: new Uint8Array() }, async () => ({ status: 200, body: 'done' }))
  expect(again.body).toBe('done')
})

describe('a first call that ended between its effect and its answer', () => {
  test.each([
    ['of an application', '/app/shop/endpoint', endpoint],
    ['of the organisation', '/key', { name: 'once' }],
  ])('is not made again, what is %s stays there once, and a new key makes another', async (whose, path, body) => {
    const count = async () => ((await api.call(`GET ${path}?limit=250`)).body['data'] as unknown as unknown[]).length
    const before = await count()
    endsUnanswered = true
    expect((await post(path, `unanswered ${whose}`, body)).status).toBe(500)
    endsUnanswered = false
    aheadMs += 61_000
    const refused = await post(path, `unanswered ${whose}`, body)
    expect(refused).toMatchObject({ status: 409, body: { code: 'idempotency_answer_lost' } })
    expect(await count()).toBe(before + 1)
    expect((await post(path, `unanswered ${whose}, anew`, body)).status).toBe(201)
    expect(await count()).toBe(before + 2)
  })
})

describe('an event id', () => {
  test('is taken once in an application', async () => {
    const first = await api.call('POST /app/shop/msg', { body: { ...message, eventId: 'order-17-paid' } })
    const refused = await api.call('POST /app/shop/msg', { body: { ...message, eventId: 'order-17-paid' } })
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict', detail: expect.stringContaining(String(first.body['id'])) } })
    const event = await api.call('POST /app/shop/event', { body: { id: 'order-17-paid', type: 'order.paid', data: 1 } })
    expect(event.status).toBe(409)
    await api.call('PUT /app/another', { body: { name: 'Another' } })
    expect((await api.call('POST /app/another/msg', { body: { ...message, eventId: 'order-17-paid' } })).status).toBe(202)
  })

  test('is taken once by twenty at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call('POST /app/shop/msg', { body: { ...message, eventId: 'race' } })),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  test('and its Idempotency-Key repeated together are a repetition', async () => {
    const body = { ...message, eventId: 'both' }
    const first = await post('/app/shop/msg', 'both', body)
    expect(await post('/app/shop/msg', 'both', body)).toMatchObject({ status: 202, text: first.text })
    expect((await post('/app/shop/msg', 'not-both', body)).status).toBe(409)
    // What was refused did not use its key up.
    expect((await post('/app/shop/msg', 'not-both', message)).status).toBe(202)
  })
})
