import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

type Listed = { data: { name: string }[]; iterator: string; done: boolean }

test('R38: the catalogue is listed by name, page by page, with at least sixty systems', async () => {
  const names: string[] = []
  for (let iterator = ''; ;) {
    const body = (await api.call(`GET /system?limit=40${iterator}`)).body as unknown as Listed
    names.push(...body.data.map(({ name }) => name))
    if (body.done) break
    iterator = `&iterator=${encodeURIComponent(body.iterator)}`
  }
  expect(names.length).toBeGreaterThanOrEqual(60)
  expect(names).toEqual(names.toSorted())
  expect(new Set(names).size).toBe(names.length)
  const last = (await api.call('GET /system?limit=1&order=descending')).body as unknown as Listed
  expect(last.data[0]!.name).toBe(names.at(-1))
})

test('R38: a system says what it asks for, where its sender shows it, and how it wants to be answered', async () => {
  expect((await api.call('GET /system/meta')).body).toMatchObject({
    scheme: 'hmac',
    secret: { label: 'App secret', where: expect.stringContaining('App settings') },
    verifyToken: { label: 'Verify token', required: true },
    headers: ['X-Hub-Signature-256'],
    methods: ['POST', 'GET'],
    acknowledgement: { status: 200, statuses: null, body: null, deadlineMs: 5000 },
    handshakes: [{ name: 'subscribe', signed: false }],
  })
  expect((await api.call('GET /system/paypal')).body).toMatchObject({
    secret: null,
    settings: [{ name: 'webhookId', label: 'Webhook ID' }],
  })
  expect((await api.call('GET /system/no-such')).status).toBe(404)
})

test('a system says where its requests come from, as of which day; what is not published a listener cannot allow', async () => {
  const { addresses } = (await api.call('GET /system/github')).body as unknown as { addresses: { ranges: string[]; asOf: string } }
  expect(addresses).toMatchObject({ asOf: expect.stringMatching(/^2026-/), source: 'https://api.github.com/meta' })
  expect(addresses.ranges).toContain('192.30.252.0/22')
  expect((await api.call('GET /system/zoom')).body).toMatchObject({ addresses: null })
  const allowed = await made({ auth: { kind: 'none' }, allowedIps: ['preset:github', '192.0.2.7'] })
  expect(allowed.body).toMatchObject({ allowedIps: ['preset:github', '192.0.2.7'] })
  const refused = await made({ suffix: '/b', auth: { kind: 'none' }, allowedIps: ['192.0.2.7', 'preset:zoom'] })
  expect([refused.status, refused.body['errors']]).toMatchObject([422, [{ pointer: '/allowedIps/1', code: 'unknown_preset' }]])
  expect(JSON.stringify(refused.body)).toContain('preset:stripe')
  const id = String(allowed.body['id'])
  const changed = await api.call(`PATCH /app/shop/listener/${id}`, { body: { allowedIps: ['preset:none'] } })
  expect(changed.status).toBe(422)
  expect((await api.call(`DELETE /app/shop/listener/${id}`)).status).toBe(204)
})

const made = (body: object) => api.call('POST /app/shop/listener', { body: { name: 'A', suffix: '/a', ...body } })

test.each([
  ['an unknown one, with the name that is near', { system: 'strpe', auth: { kind: 'none' } }, '/system', /Did you mean stripe/],
  ['no secret', { system: 'stripe', auth: { kind: 'preset' } }, '/auth/secrets', /Signing secret\. Workbench/],
  [
    'a secret where there is none',
    { system: 'paypal', auth: { kind: 'preset', secrets: ['x'], settings: { webhookId: '8PT597110X687430L' } } },
    '/auth/secrets',
    /no shared secret/,
  ],
  ['a setting too few', { system: 'paypal', auth: { kind: 'preset' } }, '/auth/settings/webhookId', /Webhook ID/],
  [
    'a setting that is none',
    { system: 'paypal', auth: { kind: 'preset', settings: { webhookId: 'a b' } } },
    '/auth/settings/webhookId',
    /not written as/,
  ],
  [
    'an unknown setting',
    { system: 'stripe', auth: { kind: 'preset', secrets: ['x'], settings: { a: 'b' } } },
    '/auth/settings/a',
    /asks for no settings/,
  ],
  ['no verify token', { system: 'meta', auth: { kind: 'preset', secrets: ['x'] } }, '/auth/verifyToken', /Verify token/],
  [
    'a verify token that nobody shows',
    { system: 'stripe', auth: { kind: 'preset', secrets: ['x'], verifyToken: 'y' } },
    '/auth/verifyToken',
    /leave it out/,
  ],
  [
    'a public key that is none',
    { system: 'discord', auth: { kind: 'preset', secrets: ['abc'] } },
    '/auth/secrets/0',
    /no public key of Ed25519/,
  ],
])('R42: a listener with %s is refused when it is saved, by the field', async (_, body, pointer, message) => {
  const answer = await made(body)
  expect(answer.status).toBe(422)
  expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer, message: expect.stringMatching(message) })])
})

test('R46: a listener for a system has its headers, methods and reply filled in, and its verify token sealed', async () => {
  const { status, body } = await made({ system: 'meta', auth: { kind: 'preset', secrets: ['app secret'], verifyToken: 'my verify token' } })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    methods: ['POST', 'GET'],
    reply: { status: 200, timeoutMs: 4500 },
    auth: { kind: 'preset', secrets: [{ last4: '' }], verifyToken: { name: expect.stringContaining('verify_token') }, settings: {} },
    expected: { headers: [{ name: 'X-Hub-Signature-256', required: true, locked: true }] },
  })
  expect(JSON.stringify(body)).not.toContain('my verify')
  const again = await api.call(`PUT /app/shop/listener/${String(body['id'])}`, {
    body: Object.fromEntries(['name', 'system', 'suffix', 'methods', 'auth', 'reply'].map((name) => [name, body[name]])),
  })
  expect([again.status, again.body['auth']]).toEqual([200, body['auth']])
})
