import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const headers = JSON.stringify([
  ['content-type', 'application/json'],
  ['content-length', '7'],
  ['authorization', '[redacted]'],
])

/** A listener, and a request of it that is kept. */
async function receive(uid: string, listener: object, fields: object = {}): Promise<string> {
  const made = await api.call('POST /app/shop/listener', { body: { uid, name: uid, suffix: `/${uid}/:order`, ...listener } })
  expect(made.status, made.text).toBe(201)
  const body = Buffer.from('{"n":1}')
  const kept = { listener_id: String(made.body['id']), path: `/in/shop/${uid}/7`, headers, body, body_bytes: body.length, ...fields }
  return acceptRequest(api, { app: 'shop', fields: kept })
}
const resend = (id: string, body: object = {}) => api.call(`POST /app/shop/request/${id}/resend`, { body })
const shown = async (id: unknown) => (await api.call(`GET /app/shop/request/${String(id)}`)).body

describe('an edited copy', () => {
  test('is a request of its own that names the one it was made of, says that nothing verified it, and runs', async () => {
    const id = await receive('orders', { auth: { kind: 'bearer', tokens: ['a-token'] }, dedup: { key: 'body.n' } })
    await api.call('POST /app/shop/flow', {
      body: { uid: 'take', name: 'Take', trigger: { kind: 'webhook', listener: 'orders' }, steps: [{ id: 'end', kind: 'stop' }] },
    })
    await api.call('POST /app/shop/flow/take/publish')
    const sent = await resend(id, {
      path: '/in/shop/orders/8',
      query: 'a=1',
      headers: { 'X-Note': 'é', 'content-type': 'application/json' },
      body: '{"n":2}',
    })
    expect(sent).toMatchObject({
      status: 202,
      body: {
        ...{ status: 'accepted', path: '/in/shop/orders/8', query: 'a=1', verified: null, origin: { kind: 'edited', requestId: id } },
        runIds: [expect.stringMatching(/^run_/)],
      },
    })
    expect(await shown(sent.body['id'])).toMatchObject({ body: { content: '{"n":2}' }, headers: expect.arrayContaining([['x-note', 'é']]) })
    // The same event once more: deduplication is passed by.
    expect(await resend(id, { body: '{"n":2}' })).toMatchObject({ status: 202, body: { status: 'accepted' } })
    const unchanged = await resend(id)
    expect(await shown(unchanged.body['id'])).toMatchObject({ body: { content: '{"n":1}' }, contentType: 'application/json' })
  })

  test('takes no header and no query that no sender could send, and signs whatever query there is', async () => {
    const id = await receive('query', { auth: { kind: 'api_key', in: 'query', name: 'key', keys: ['a-key-of-the-listener'] } })
    for (const wrong of [{ headers: { 'a b': 'x' } }, { headers: { a: 'x\ny' } }, { query: 'a\0b' }, { query: 'a b' }, { query: 'a#b' }]) {
      expect((await resend(id, wrong)).status, JSON.stringify(wrong)).toBe(422)
      expect((await api.call('POST /app/shop/listener/query/verify', { body: wrong })).status).toBe(422)
    }
    const sent = await resend(id, { query: '%&key=older&a=%zz', sign: true })
    expect(sent).toMatchObject({ status: 202, body: { verified: { kind: 'api_key' }, query: expect.stringMatching(/^%&a=%zz&key=/) } })
  })

  test.each([
    [
      'hmac',
      {
        auth: {
          kind: 'hmac',
          header: 'X-Sig',
          prefix: 'v0=',
          signedString: '{timestamp}.{method}.{path}.{body}',
          timestamp: { header: 'X-Time', unit: 'ms' },
          secrets: ['s3cret-of-hmac'],
        },
      },
      'hmac',
      'hmac',
    ],
    ['hash', { auth: { kind: 'hash', header: 'X-Sig', signedString: '{secret}{body}', secrets: ['s3cret-of-hash'] } }, 'hash', 'hash'],
    ['stripe', { system: 'stripe', auth: { kind: 'preset', secrets: ['whsec_stripes-own-secret'] } }, 'hmac', 'cret'],
    ['github', { system: 'github', auth: { kind: 'preset', secrets: ['It is a secret'] } }, 'hmac', 'cret'],
    [
      'svix',
      { system: 'svix', auth: { kind: 'preset', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] } },
      'standard_webhooks',
      'LaSw',
    ],
    ['query', { auth: { kind: 'api_key', in: 'query', name: 'key', keys: ['a key & more'] } }, 'api_key', 'more'],
    ['bearer', { auth: { kind: 'bearer', tokens: ['a-longer-token'] } }, 'bearer', 'oken'],
    ['basic', { auth: { kind: 'basic', username: 'us\u00e9r', password: 'p:longer-pass-word' } }, 'basic', 'word'],
  ])('of %s is signed anew, and verified by it', async (uid, listener, kind, secretLast4) => {
    const id = await receive(uid, listener, { query: 'key=[redacted]&b=2' })
    const sent = await resend(id, { body: '{"n":3}', sign: true })
    expect(sent, sent.text).toMatchObject({ status: 202, body: { status: 'accepted', verified: { kind, secretLast4 } } })
    expect(JSON.stringify(await shown(sent.body['id']))).not.toMatch(/a-longer-token|a%20key|p:longer/)
  })

  test('cannot be signed where only its sender has the key, nor sent where its listener would not be', async () => {
    const key = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n'
    const id = await receive('signed', { auth: { kind: 'ed25519', header: 'X-Sig', keyEncoding: 'pem', keys: [key] } })
    expect(await resend(id, { sign: true })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/sign' }] } })
    expect(await resend(id, { path: '/in/shop/other/7' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/path' }] } })
    expect(await resend(id, { method: 'PUT' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/method' }] } })
    expect(await resend(id, { body: '{"n":' })).toMatchObject({
      status: 409,
      body: { code: 'not_verified', detail: expect.stringContaining('malformed_json') },
    })
    const beginning = await receive('large', { auth: { kind: 'none' } }, { body_bytes: 90_000 })
    expect(await resend(beginning)).toMatchObject({ status: 400, body: { code: 'missing_payload' } })
    expect(await resend(beginning, { body: '{}' })).toMatchObject({ status: 202 })
    await api.call('DELETE /app/shop/listener/large')
    expect(await resend(beginning, { body: '{}' })).toMatchObject({ status: 409, body: { code: 'not_verified' } })
  })
})
