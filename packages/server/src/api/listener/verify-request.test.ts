import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const

const sign = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex')
const BODY = '{"id":"evt-1","n":1}'

describe.each(engines)('a request that is checked by hand on %s', (_, makeDatabase) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof makeDatabase>>
  let orders = ''

  beforeAll(async () => {
    database = await makeDatabase()
    api = await startTestApi({}, { ...(database.url !== undefined && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    const auth = { kind: 'hmac', header: 'X-Signature', secrets: ['the-newer-secret-aaaa', 'the-older-secret-bbbb'] }
    const listener = { uid: 'orders', name: 'Orders', suffix: '/orders', auth, dedup: { key: 'body.id' } }
    orders = String((await api.call('POST /app/shop/listener', { body: listener })).body['id'])
    const definition = {
      name: 'Take',
      trigger: { kind: 'webhook', listener: 'orders' },
      steps: [{ id: 'end', kind: 'stop' }],
    }
    await api.call('POST /app/shop/flow', { body: { uid: 'take', ...definition } })
    expect((await api.call('POST /app/shop/flow/take/publish')).status).toBeLessThan(300)
    const keyed = { uid: 'keyed', name: 'Keyed', suffix: '/keyed', auth: { kind: 'api_key', keys: ['a-key-of-the-sender'] } }
    await api.call('POST /app/shop/listener', { body: keyed })
  })
  afterAll(async () => {
    await api.stop()
    await database.drop()
  })

  const verify = async (body: object, listener = 'orders') => api.call(`POST /app/shop/listener/${listener}/verify`, { body })
  const refuse = async (headers: readonly (readonly [string, string])[], more: object = {}, listener = orders) => {
    const kept = { listener_id: listener, status: 'rejected', reason: 'signature_mismatch', reply_status: 401, ...more } as const
    const body = 'body' in kept ? kept.body : Buffer.from(BODY)
    return acceptRequest(api, {
      app: 'shop',
      fields: {
        path: '/in/shop/orders',
        event_type: null,
        ...kept,
        headers: JSON.stringify(headers),
        body: body as Buffer,
        body_bytes: (body as Buffer).length,
        ...more,
      },
    })
  }
  const accept = (id: string) => api.call(`POST /app/shop/request/${id}/accept`)

  test('a pasted one: which secret it fits, and what is wrong with one that fits none', async () => {
    const headers = { 'x-signature': sign('the-older-secret-bbbb', BODY) }
    const fits = await verify({ headers, body: BODY })
    expect(fits).toMatchObject({
      status: 200,
      body: { taken: true, verified: true, scheme: 'hmac', secretLast4: 'bbbb', code: null, detail: null },
    })
    expect((await verify({ headers, body: Buffer.from(BODY).toString('base64'), encoding: 'base64' })).body).toMatchObject({ taken: true })
    expect((await verify({ headers, body: `${BODY} ` })).body).toMatchObject({
      ...{ taken: false, verified: false, secretLast4: null, code: 'signature_mismatch' },
      detail: expect.stringMatching(/any of the 2 secrets\. There are three usual causes: .* another one .* on its way .* another way/),
    })
    expect((await verify({ body: BODY })).body).toMatchObject({ code: 'signature_missing' })
    const malformed = { 'x-signature': sign('the-newer-secret-aaaa', '{"n":'), 'content-type': 'application/json' }
    expect((await verify({ headers: malformed, body: '{"n":' })).body).toMatchObject({
      taken: false,
      verified: true,
      secretLast4: 'aaaa',
      code: 'malformed_json',
    })
    const keyed = await verify({ headers: { 'X-API-Key': 'a-key-of-the-sender' } }, 'keyed')
    expect(keyed.body).toMatchObject({ taken: true, scheme: 'api_key', secretLast4: 'nder' })
  })

  test('one that is kept is accepted once, after the secret was corrected, and runs as if it had come', async () => {
    const id = await refuse([
      ['x-signature', sign('the-right-secret-cccc', BODY)],
      ['content-type', 'application/json'],
    ])
    expect((await verify({ request: id })).body).toMatchObject({ taken: false, verified: false, code: 'signature_mismatch' })
    expect(await accept(id)).toMatchObject({
      status: 409,
      body: { code: 'not_verified', detail: expect.stringContaining('signature_mismatch') },
    })

    const auth = { kind: 'hmac', header: 'X-Signature', secrets: ['the-right-secret-cccc', 'the-older-secret-bbbb'] }
    await api.call('PATCH /app/shop/listener/orders', { body: { auth } })
    expect((await verify({ request: id })).body).toMatchObject({ taken: true, verified: true, secretLast4: 'cccc' })
    const accepted = await accept(id)
    expect(accepted).toMatchObject({
      status: 202,
      body: {
        ...{
          status: 'accepted',
          listenerId: orders,
          origin: { kind: 'accepted', requestId: id },
          runIds: [expect.stringMatching(/^run_/)],
        },
        verified: { kind: 'hmac', secretLast4: 'cccc' },
      },
    })
    expect(await accept(id)).toMatchObject({ status: 200, body: { id: accepted.body['id'] } })
    const { auth: shown } = (await api.call('GET /app/shop/listener/orders')).body
    expect(shown).toMatchObject({ secrets: [{ last4: 'cccc', lastMatchedAt: expect.stringMatching(/Z$/) }, { lastMatchedAt: null }] })
    expect((await api.call('PATCH /app/shop/listener/orders', { body: { auth: shown } })).body['auth']).toEqual(shown)
    expect((await api.call(`GET /app/shop/request/${String(accepted.body['id'])}`)).body['body']).toMatchObject({ content: BODY })
    const audit = (await api.call('GET /audit?limit=250')).body['data'] as unknown as Json[]
    expect(audit.filter((one) => String(one['action']) === 'request.accepted')).toMatchObject([{ target: id }])

    const copy = await refuse([['x-signature', sign('the-right-secret-cccc', BODY)]])
    expect(await accept(copy)).toMatchObject({ status: 202, body: { status: 'duplicate', duplicateOf: accepted.body['id'], runIds: [] } })
    expect(await accept(String(accepted.body['id']))).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  test('where too little is kept to say, that is said', async () => {
    const { id } = (await api.call('GET /app/shop/listener/keyed')).body
    const keyed = await refuse([['x-api-key', '[redacted]']], { reason: 'api_key_wrong', path: '/in/shop/keyed' }, String(id))
    expect((await verify({ request: keyed }, 'keyed')).body).toMatchObject({
      taken: false,
      code: 'not_checkable',
      scheme: 'api_key',
      detail: expect.stringContaining('"x-api-key"'),
    })
    expect(await accept(keyed)).toMatchObject({ status: 409, body: { code: 'not_verified' } })
    const beginning = await refuse([['x-signature', 'a']], { body_bytes: 5_000_000 })
    expect((await verify({ request: beginning })).body).toMatchObject({
      code: 'not_checkable',
      detail: expect.stringContaining('only the beginning'),
    })
    expect(await accept(beginning)).toMatchObject({ status: 400, body: { code: 'missing_payload' } })
  })

  test('R49: a request without the structure that a strict listener expects hears each place', async () => {
    await api.call('PATCH /app/shop/listener/orders', { body: { expected: { query: [{ name: 'v' }], strict: true } } })
    const verdict = await verify({ headers: { 'x-signature': sign('the-older-secret-bbbb', BODY) }, body: BODY })
    expect(verdict.body).toMatchObject({ taken: false, verified: true, code: 'structure_mismatch', detail: '/query/v: This is missing.' })
    await api.call('PATCH /app/shop/listener/orders', { body: { expected: {} } })
  })

  test('what is taken of nobody is not taken by hand either, whoever signed it', async () => {
    const signed = { 'x-signature': sign('the-older-secret-bbbb', BODY) }
    await api.call('PATCH /app/shop/listener/orders', { body: { bodyBytesMax: 100 } })
    const long = 'x'.repeat(101)
    for (const [code, detail, given] of [
      ['method_not_allowed', /takes POST, and not PUT/, { method: 'PUT' }],
      ['unsupported_media_type', /one of gzip/, { headers: { 'content-encoding': 'zip' } }],
      ['unsupported_media_type', /more than one coding/, { headers: { 'content-encoding': ['gzip', 'br'] } }],
      ['payload_too_large', /larger than the 100 bytes/, { body: long, headers: { 'x-signature': sign('the-older-secret-bbbb', long) } }],
      ['loop_detected', /./, { headers: { 'posthorn-chain': '17' } }],
    ] as const) {
      const headers = { ...signed, ...('headers' in given ? given.headers : {}) }
      const body = 'body' in given ? given.body : BODY
      const verdict = await verify({ ...given, headers, body })
      expect(verdict.body, code).toMatchObject({ taken: false, verified: false, code, detail: expect.stringMatching(detail) })
      const method = 'method' in given ? given.method : 'POST'
      const raw = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const))
      const kept = await refuse(raw, { method, reason: code, body: Buffer.from(body) })
      expect(await accept(kept), code).toMatchObject({ status: 409, body: { code: 'not_verified', detail: expect.stringContaining(code) } })
    }
    await api.call('PATCH /app/shop/listener/orders', { body: { bodyBytesMax: null } })
  })

  test('one that proves itself and cannot be decoded says that it did', async () => {
    const headers = { 'x-signature': sign('the-older-secret-bbbb', BODY), 'content-encoding': 'gzip' }
    expect((await verify({ headers, body: BODY })).body).toMatchObject({
      ...{ taken: false, verified: true, secretLast4: 'bbbb', code: 'malformed_encoding' },
    })
  })

  test('a form with files is not judged, whether its length was pasted with it or not', async () => {
    const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    const headers = { 'x-signature': sign('the-older-secret-bbbb', form), 'content-type': 'multipart/form-data; boundary=b' }
    for (const more of [{}, { 'content-length': '0' }, { 'content-length': String(form.length) }, { 'transfer-encoding': 'chunked' }])
      expect((await verify({ headers: { ...headers, ...more }, body: form })).body).toMatchObject({ taken: false, code: 'not_checkable' })
  })

  test('base64 is taken as people have it: in lines, in the alphabet of URLs, without padding', async () => {
    const bytes = Buffer.from('>>>???'.repeat(20))
    const headers = { 'x-signature': createHmac('sha256', 'the-older-secret-bbbb').update(bytes).digest('hex') }
    const lines = bytes.toString('base64').replaceAll(/.{60}/g, '$&\r\n')
    for (const body of [lines, bytes.toString('base64url')])
      expect((await verify({ headers, body, encoding: 'base64' })).body, body).toMatchObject({ taken: true })
  })

  test.each([
    [{ body: '@@@@', encoding: 'base64' }, '/body'],
    [{ body: 'A', encoding: 'base64' }, '/body'],
    [{ body: 'YQ==YQ==', encoding: 'base64' }, '/body'],
    [{ path: '/in/shop/keyed' }, '/path'],
    [{ request: 'req_0', body: '{}' }, '/body'],
    [{ request: 'req_0' }, '/request'],
    [{ path: 'in/a' }, '/path'],
    [{ headers: { a: 1 } }, '/headers/a'],
  ])('%j is refused at %s', async (body, pointer) => {
    expect(await verify(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })
})
