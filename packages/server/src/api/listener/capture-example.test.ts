import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const

describe.each(engines)('an accepted request as the example, on %s', (_, makeDatabase) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof makeDatabase>>
  let orders = ''
  let other = ''

  beforeAll(async () => {
    database = await makeDatabase()
    api = await startTestApi({}, { ...(database.url !== undefined && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    const auth = { kind: 'api_key', name: 'X-Door', keys: ['a-key-of-the-sender'] }
    const expected = { headers: [{ name: 'X-Shop' }], query: [{ name: 'gone' }], body: { old: true }, strict: true }
    const make = async (body: object) => String((await api.call('POST /app/shop/listener', { body })).body['id'])
    orders = await make({ uid: 'orders', name: 'Orders', suffix: '/orders', auth, expected })
    other = await make({ uid: 'other', name: 'Other', suffix: '/other', auth: { kind: 'none' } })
  })
  afterAll(async () => {
    await api.stop()
    await database.drop()
  })

  const capture = (body: object = {}, headers: Record<string, string> = {}) =>
    api.call('POST /app/shop/listener/orders/capture', { body, headers })
  const keep = (body: string, more: object = {}) => {
    const bytes = Buffer.from(body)
    const json = { content_type: 'application/json', body: bytes, body_bytes: bytes.length }
    return acceptRequest(api, { app: 'shop', fields: { listener_id: orders, ...json, ...more } })
  }

  test('is none where none was accepted', async () => {
    await keep('{"refused":1}', { status: 'rejected', reason: 'api_key_wrong' })
    expect(await capture()).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('Send one to its public URL') },
    })
  })

  test('is the newest: headers that matter, query and body, and no secret of any kind', async () => {
    await keep('{"n":1}')
    const sent = [
      ...[
        ['content-type', 'application/json'],
        ['user-agent', 'shop/1'],
        ['host', 'hooks.example.com'],
        ['x-forwarded-for', '192.0.2.1'],
      ],
      ...[
        ['x-door', '[redacted]'],
        ['authorization', 'Bearer s3cret'],
        ['x-api-key', 's3cret'],
        ['x-signature', 's3cret'],
        ['cookie', 's3cret'],
      ],
      ...[
        ['x-shop', 's3cret'],
        ['x-topic', 's3cret'],
        ['x-webhook-id', 'evt_1'],
      ],
    ]
    await keep('{"n":2,"total":12345678901234567890}', {
      headers: JSON.stringify(sent),
      query: 'page=2&page=3&api_key=s3cret&sig=s3cret&access_token=[redacted]',
    })
    const before = (await api.call('GET /app/shop/listener/orders')).body
    const taken = await capture()
    expect(taken.status).toBe(200)
    expect(taken.body['expected']).toMatchObject({
      headers: [
        { name: 'X-Door', locked: true },
        { name: 'content-type', value: 'application/json', required: false },
        { name: 'X-Shop', required: true },
        { name: 'x-topic', required: false },
        { name: 'x-webhook-id', value: 'evt_1', required: false },
      ],
      query: [{ name: 'page', value: '2', required: false }],
      body: { n: 2 },
      strict: true,
    })
    expect(taken.text).not.toContain('s3cret')
    expect(taken.body).toMatchObject({ name: before['name'], auth: before['auth'], suffix: before['suffix'] })
    expect((await api.call('GET /app/shop/listener/orders')).body['expected']).toEqual(taken.body['expected'])
    const audit = (await api.call('GET /audit?limit=5')).body['data'] as unknown as Json[]
    expect(audit[0]).toMatchObject({ action: 'listener.updated', target: orders })
  })

  test('R47: leaves the value that its owner wrote beside a header of which only the name is taken', async () => {
    const { headers } = (await api.call('GET /app/shop/listener/orders')).body['expected'] as unknown as { headers: { name: string }[] }
    const written = headers.map((row) => (row.name === 'X-Shop' ? { ...row, value: 'berlin' } : row))
    await api.call('PATCH /app/shop/listener/orders', { body: { expected: { headers: written, strict: true } } })
    await keep('{"n":2}', {
      headers: JSON.stringify([
        ['content-type', 'text/json'],
        ['x-shop', 's3cret'],
      ]),
    })
    expect((await capture()).body['expected']).toMatchObject({
      headers: [{ name: 'X-Door' }, { name: 'content-type', value: 'text/json' }, { name: 'X-Shop', value: 'berlin', required: true }],
    })
  })

  test('is the one that is named, read as the listener reads it', async () => {
    const form = await keep('a=1&a=2&b=x', { content_type: 'application/x-www-form-urlencoded' })
    await keep('{"n":3}')
    expect((await capture({ request: form })).body['expected']).toMatchObject({
      headers: [{ name: 'X-Door' }],
      body: { a: ['1', '2'], b: 'x' },
    })
    const nothing = await keep('')
    expect((await capture({ request: nothing })).body['expected']).not.toHaveProperty('body')
  })

  test('is refused with the way out where it cannot be one', async () => {
    const refused = await keep('{}', { status: 'rejected', reason: 'api_key_wrong' })
    const foreign = await keep('{}', { listener_id: other })
    for (const [request, code] of [
      [refused, 'not_accepted'],
      [foreign, 'unknown_request'],
      ['req_0', 'unknown_request'],
    ] as const)
      expect(await capture({ request })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/request', code }] } })
    const large = await keep(JSON.stringify('x'.repeat(70_000)))
    expect(await capture({ request: large })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('up to 65536') } })
    const lost = await keep('', { body: null, body_bytes: 12 })
    expect(await capture({ request: lost })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is not kept') } })
    expect(await capture({}, { 'if-match': '"another"' })).toMatchObject({ status: 409 })
    const { body } = await keep('{"n":4}').then((request) => capture({ request }, { 'if-match': '"another"' }))
    expect(body).toMatchObject({ code: 'draft_changed' })
  })
})
