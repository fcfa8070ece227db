import { generateKeyPairSync, type KeyObject } from 'node:crypto'
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
    const id = await receive('asked', { auth: { kind: 'api_key', in: 'query', name: 'key', keys: ['a-key-of-the-listener'] } })
    for (const wrong of [{ headers: { 'a b': 'x' } }, { headers: { a: 'x\ny' } }, { query: 'a\0b' }, { query: 'a b' }, { query: 'a#b' }]) {
      expect((await resend(id, wrong)).status, JSON.stringify(wrong)).toBe(422)
      expect((await api.call('POST /app/shop/listener/asked/verify', { body: wrong })).status).toBe(422)
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

  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  const publicOf = ({ publicKey }: { publicKey: KeyObject }) => String(publicKey.export({ format: 'pem', type: 'spki' }))
  const privateOf = ({ privateKey }: { privateKey: KeyObject }) => String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const keyed = { header: 'X-Sig', keyEncoding: 'pem', timestamp: { header: 'X-Time' }, signedString: '{timestamp}.{body}' }
  const claims = { issuer: 'https://sender.example', audience: 'us', bodyHash: { claim: 'digest', encoding: 'base64url' } }

  test.each([
    ['a-shared-jwt', { kind: 'jwt', secrets: ['a shared secret, long enough'], ...claims }, undefined],
    ['a-narrow-jwt', { kind: 'jwt', header: 'X-Token', algorithms: ['HS512'], secrets: ['a shared secret, long enough'] }, undefined],
    ['an-rsa-jwt', { kind: 'jwt', secrets: [publicOf(pairs.rsa)], ...claims }, pairs.rsa],
    ['a-pss-jwt', { kind: 'jwt', algorithms: ['PS256'], secrets: [publicOf(pairs.rsa)] }, pairs.rsa],
    ['an-ec-jwt', { kind: 'jwt', secrets: [publicOf(pairs.ec)] }, pairs.ec],
    ['an-ed-jwt', { kind: 'jwt', secrets: [publicOf(pairs.ed25519)] }, pairs.ed25519],
    ['ed25519', { kind: 'ed25519', ...keyed, keys: [publicOf(pairs.ed25519)] }, pairs.ed25519],
    ['der', { kind: 'ecdsa', ...keyed, keys: [publicOf(pairs.ec)] }, pairs.ec],
    ['p1363', { kind: 'ecdsa', ...keyed, format: 'p1363', algorithm: 'sha512', keys: [publicOf(pairs.ec)] }, pairs.ec],
    ['rsa', { kind: 'rsa', ...keyed, keys: [publicOf(pairs.rsa)] }, pairs.rsa],
  ])('of %s is signed with its secret, or with a private key that is kept nowhere', async (uid, auth, pair) => {
    const id = await receive(uid, { auth })
    const key = pair && { signKey: privateOf(pair) }
    const sent = await resend(id, { body: '{"n":3}', sign: true, ...key })
    expect(sent, sent.text).toMatchObject({ status: 202, body: { status: 'accepted', verified: { kind: auth.kind } } })
    expect(JSON.stringify([await shown(sent.body['id']), (await api.call('GET /audit?limit=5')).body])).not.toContain('PRIVATE KEY')
    if (pair === undefined) return
    expect(await resend(id, { sign: true })).toMatchObject({
      ...{ status: 422, body: { errors: [{ pointer: '/sign', message: expect.stringContaining('Give that as "signKey"') }] } },
    })
    const other = generateKeyPairSync('ed25519')
    const foreign = await resend(id, { sign: true, signKey: privateOf(other) })
    const isOfTheKind = pair === pairs.ed25519 || (auth.kind === 'jwt' && !('algorithms' in auth))
    expect([foreign.status, foreign.body['code']]).toEqual(isOfTheKind ? [409, 'not_verified'] : [422, 'validation_error'])
    expect(await resend(id, { sign: true, signKey: publicOf(pair) })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/signKey' }] },
    })
    expect(await resend(id, key)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/signKey' }] } })
  })

  test('cannot be signed where nobody can give the key, and says so', async () => {
    const id = await receive('sns', {
      system: 'aws-sns',
      auth: { kind: 'preset', settings: { topicArn: 'arn:aws:sns:us-east-1:123456789012:topic' } },
    })
    const refused = await resend(id, { sign: true, signKey: privateOf(pairs.rsa) })
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/sign', message: expect.stringContaining('certificate') }] },
    })
    const field = await receive('each', { system: 'adyen', auth: { kind: 'preset', secrets: ['0123456789abcdef'] } })
    expect(await resend(field, { sign: true })).toMatchObject({
      ...{ status: 422, body: { errors: [{ pointer: '/sign', message: expect.stringContaining('Leave "sign" out') }] } },
    })
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
