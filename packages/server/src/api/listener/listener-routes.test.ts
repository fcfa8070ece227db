import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { belonging, openListenerAuth } from '#domain'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const orders = { name: 'Orders in', suffix: 'orders', auth: { kind: 'api_key', keys: ['a-very-long-api-key-1234'] } }
const create = async (body: object) => api.call('POST /app/shop/listener', { body })
const row = async (id: string) => tablesOf(api.deps.store).selectFrom('listener').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('listeners', () => {
  test('R39, R40, R42: are created with a name and a suffix, and read back with their public URL', async () => {
    const created = await create({ ...orders, uid: 'orders' })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      id: expect.stringMatching(/^lst_/),
      uid: 'orders',
      name: 'Orders in',
      suffix: '/orders',
      publicUrl: 'https://hooks.example.com/in/shop/orders',
      methods: ['POST'],
      system: 'custom',
      enabled: true,
      warnings: [],
    })
    const read = await api.call('GET /app/shop/listener/orders')
    expect(read.body).toEqual(created.body)
  })

  test.each([
    ['api_key', { kind: 'api_key', keys: ['x', 'a-very-long-api-key-1234'] }, 'key'],
    ['bearer', { kind: 'bearer', tokens: ['elevenchars'] }, 'token'],
    ['basic', { kind: 'basic', username: 'shop', password: 'hunter2' }, 'password'],
    ['hmac', { kind: 'hmac', header: 'X-Signature', secrets: ['s'] }, 'secret'],
    ['preset', { kind: 'preset', secrets: ['short'] }, 'secret'],
  ])('warn of a secret that can be guessed: %s', async (kind, auth, word) => {
    await api.call('POST /app', { body: { uid: `weak-${kind}`, name: 'Weak' } })
    const listener = { uid: 'in', name: 'Weak', system: kind === 'preset' ? 'github' : 'custom', suffix: '/in', auth }
    const made = await api.call(`POST /app/weak-${kind}/listener`, { body: listener })
    const warning = `The secret "in_${word}" has fewer than 12 characters and can be guessed. Use 16 random ones or more.`
    expect([made.status, made.body['warnings']]).toEqual([201, [warning]])
    await api.call(`PUT /app/weak-${kind}/secret/in_${word}`, { body: { value: 'sixteen-or-more-chars' } })
    expect((await api.call(`GET /app/weak-${kind}/listener/in`)).body['warnings']).toEqual([])
  })

  test('R44, R46: show the header that the authentication asks for as a locked row', async () => {
    const { body } = await api.call('GET /app/shop/listener/orders')
    expect(body['expected']).toMatchObject({ headers: [{ name: 'X-API-Key', required: true, locked: true }], query: [] })
  })

  test('never show a secret, and keep it sealed as ingest reads it', async () => {
    const listed = await api.call('GET /app/shop/listener')
    expect(listed.text).not.toContain('a-very-long-api-key')
    const { id, auth } = (await api.call('GET /app/shop/listener/orders')).body
    expect(auth).toMatchObject({ kind: 'api_key', keys: [{ name: 'orders_key', last4: '1234', createdAt: expect.any(String) }] })
    const opened = api.deps.vault.openText((await row(String(id))).auth, belonging.listenerAuth(String(id)))
    if (!opened.ok) throw new Error('expected it to open')
    expect(openListenerAuth.parse(JSON.parse(opened.plain))).toMatchObject({ keys: ['{{ secrets.orders_key }}'] })
    const everything = await tablesOf(api.deps.store).selectFrom('audit').selectAll().execute()
    expect(JSON.stringify(everything)).not.toContain('a-very-long-api-key')
  })

  test('keep their secrets when what was read is written back', async () => {
    const before = (await api.call('GET /app/shop/listener/orders')).body
    const { id: _i, publicUrl: _p, warnings: _w, revision: _r, createdAt: _c, updatedAt: _u, capture: _n, ...written } = before
    const put = await api.call('PUT /app/shop/listener/orders', { body: { ...written, name: 'Orders' } })
    expect(put.status).toBe(200)
    expect(put.body).toEqual({ ...before, name: 'Orders', updatedAt: put.body['updatedAt'], revision: put.body['revision'] })
  })

  test('are not written over by somebody who has not seen the last change', async () => {
    const { body, headers } = await api.call('GET /app/shop/listener/orders')
    const revision = String(body['revision'])
    expect(headers.get('etag')).toBe(`"${revision}"`)
    const patch = (name: string) =>
      api.call('PATCH /app/shop/listener/orders', { body: { name }, headers: { 'if-match': headers.get('etag')! } })
    expect((await patch('Orders of the shop')).status).toBe(200)
    const refused = await patch('Mine')
    expect(refused.body).toMatchObject({ status: 409, code: 'draft_changed', detail: expect.stringMatching(/^Somebody changed/) })
    const gone = await api.call('DELETE /app/shop/listener/orders', { headers: { 'if-match': revision } })
    expect(gone.status).toBe(409)
    expect((await api.call('PATCH /app/shop/listener/orders', { body: { name: 'Orders' }, headers: { 'if-match': '*' } })).status).toBe(200)
  })

  test('change only the fields of a PATCH', async () => {
    const before = (await api.call('GET /app/shop/listener/orders')).body
    const patched = await api.call('PATCH /app/shop/listener/orders', { body: { enabled: false } })
    expect(patched.body).toEqual({ ...before, enabled: false, updatedAt: patched.body['updatedAt'], revision: patched.body['revision'] })
    await api.call('PATCH /app/shop/listener/orders', { body: { enabled: true } })
  })

  test('add a secret beside the one that is kept, while rotating', async () => {
    const body = { auth: { kind: 'api_key', keys: [{ name: 'orders_key' }, 'another-long-api-key-5678'] } }
    const patched = await api.call('PATCH /app/shop/listener/orders', { body })
    expect(patched.body['auth']).toMatchObject({
      keys: [
        { name: 'orders_key', last4: '1234' },
        { name: 'orders_key_2', last4: '5678' },
      ],
    })
    const listed = await api.call('GET /app/shop/secret')
    expect(listed.body['data']).toMatchObject([{ name: 'orders_key' }, { name: 'orders_key_2' }])
  })

  test('R44: warn of a listener that takes requests from anybody', async () => {
    const { status, body } = await create({ name: 'Open', suffix: '/open', auth: { kind: 'none' } })
    expect(status).toBe(201)
    expect(body['warnings']).toEqual([expect.stringMatching(/anybody/)])
  })

  test("take the system's acknowledgement as their reply", async () => {
    const { body } = await create({ name: 'GitHub', suffix: '/gh', system: 'github', auth: { kind: 'preset', secrets: ['s3cr3t'] } })
    expect(body['reply']).toMatchObject({ mode: 'auto', status: 202, timeoutMs: 9500, onTimeout: 202 })
  })

  test.each([
    ['the same suffix', '/orders'],
    ['another spelling of the same place', 'orders/'],
  ])('refuse %s for a method that is taken', async (_what, suffix) => {
    const refused = await create({ ...orders, suffix })
    expect(refused.status).toBe(409)
    const detail = 'The listener "Orders" (orders) takes POST at /orders already.'
    expect(refused.body).toMatchObject({ detail, errors: [{ pointer: '/suffix', code: 'taken', message: detail }] })
  })

  test('take the same suffix for another method, and one parameter in place of another is the same place', async () => {
    expect((await create({ ...orders, methods: ['GET'] })).status).toBe(201)
    expect((await create({ ...orders, suffix: '/items/:id' })).status).toBe(201)
    expect((await create({ ...orders, suffix: '/items/:item' })).status).toBe(409)
  })

  test('are replaced or created by PUT under a uid, and never under an id', async () => {
    const created = await api.call('PUT /app/shop/listener/by-uid', { body: { ...orders, suffix: '/by-uid' } })
    expect(created.status).toBe(201)
    expect(created.body['uid']).toBe('by-uid')
    const unknown = `lst_${'0'.repeat(22)}`
    expect((await api.call(`PUT /app/shop/listener/${unknown}`, { body: { ...orders, suffix: '/x' } })).status).toBe(404)
  })

  test('refuse a uid that is taken', async () => {
    const refused = await create({ ...orders, uid: 'by-uid', suffix: '/elsewhere' })
    expect([refused.status, refused.body['errors']]).toEqual([409, [{ pointer: '/uid', code: 'taken', message: expect.any(String) }]])
  })

  test('are gone after DELETE, and their place and uid are free again', async () => {
    expect((await api.call('DELETE /app/shop/listener/by-uid')).status).toBe(204)
    expect((await api.call('GET /app/shop/listener/by-uid')).status).toBe(404)
    expect((await create({ ...orders, uid: 'by-uid', suffix: '/by-uid' })).status).toBe(201)
  })

  test('are listed a page at a time, both ways', async () => {
    const all = (await api.call('GET /app/shop/listener')).body['data'] as unknown as { id: string }[]
    const first = await api.call('GET /app/shop/listener?limit=2')
    expect(first.body['data']).toEqual(all.slice(0, 2))
    const second = await api.call(`GET /app/shop/listener?limit=2&iterator=${String(first.body['iterator'])}`)
    expect(second.body['data']).toEqual(all.slice(2, 4))
    const back = await api.call(`GET /app/shop/listener?limit=2&iterator=${String(second.body['prevIterator'])}`)
    expect(back.body['data']).toEqual(all.slice(0, 2))
  })

  test.each<[string, object, string]>([
    ['no name', { name: undefined }, '/name'],
    ['a name that is too long', { name: 'x'.repeat(121) }, '/name'],
    ['a suffix with a space', { suffix: '/new orders' }, '/suffix'],
    ['an unknown method', { methods: ['TRACE'] }, '/methods/0'],
    ['no method', { methods: [] }, '/methods'],
    ['no authentication', { auth: undefined }, '/auth'],
    ['an unknown kind of authentication', { auth: { kind: 'magic' } }, '/auth/kind'],
    ['client certificates where nobody is asked for one', { auth: { kind: 'mtls' } }, '/auth/kind'],
    ['an empty key', { auth: { kind: 'api_key', keys: [''] } }, '/auth/keys/0'],
    ['a token with a space', { auth: { kind: 'bearer', tokens: ['two words'] } }, '/auth/tokens/0'],
    ['a key that no header can hold', { auth: { kind: 'api_key', keys: ['a\nb'] } }, '/auth/keys/0'],
    ['a secret that is not base64', { system: 'svix', auth: { kind: 'preset', secrets: ['whsec_abcde'] } }, '/auth/secrets/0'],
    ['a secret that is not there', { auth: { kind: 'bearer', tokens: [{ name: 'nothing' }] } }, '/auth/tokens/0'],
    ['a preset of a system that has none', { auth: { kind: 'preset', secrets: ['x'] } }, '/auth/kind'],
    ['an unknown system', { system: 'acme' }, '/system'],
    ['an unknown system with its preset', { system: 'gihub', auth: { kind: 'preset', secrets: ['x'] } }, '/system'],
    ['an origin with a pattern', { allowedOrigins: ['https://*.a.example'] }, '/allowedOrigins/0'],
    ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }, '/allowedOrigins/0'],
    ['an address that is none', { allowedIps: ['nowhere'] }, '/allowedIps/0'],
    ['a rate of nothing', { rateLimit: { requests: 0, seconds: 1 } }, '/rateLimit/requests'],
    ['a status that is none', { reply: { status: 99 } }, '/reply/status'],
    ['a header that breaks the line', { reply: { headers: { 'X-A': 'a\r\nb' } } }, '/reply/headers/X-A'],
    ['a header that is too long', { reply: { headers: { 'X-A': 'a'.repeat(8192) } } }, '/reply/headers'],
    [
      'headers that are too long together',
      { reply: { error: { headers: { 'X-A': Array.from({ length: 5 }, () => 'a'.repeat(4000)) } } } },
      '/reply/error/headers',
    ],
    ['a uid with a slash', { uid: 'a/b' }, '/uid'],
    ['an unknown field', { colour: 'red' }, '/colour'],
  ])('refuse %s, and name the field', async (_what, fields, pointer) => {
    const { status, body } = await create({ ...orders, suffix: '/bad', ...fields })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation_error', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) })
  })

  test('keep a secret that is base64 in its canonical spelling', async () => {
    const unpadded = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg'
    const signed = { system: 'svix', auth: { kind: 'preset', secrets: [unpadded] } }
    const hmac = { auth: { kind: 'hmac', header: 'X-Sig', keyEncoding: 'base64', secrets: ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg'] } }
    for (const [uid, fields, kept] of [
      ['canonical-signed', signed, `${unpadded}==`],
      ['canonical-hmac', hmac, `${unpadded.slice(6)}==`],
    ] as const) {
      expect((await create({ name: uid, uid, suffix: `/${uid}`, ...fields })).status).toBe(201)
      const name = `${uid.replace('-', '_')}_secret`
      const secret = await tablesOf(api.deps.store).selectFrom('secret').selectAll().where('name', '=', name).executeTakeFirstOrThrow()
      expect(api.deps.vault.openText(secret.sealed, belonging.secret(secret.application_id, name))).toEqual({ ok: true, plain: kept })
    }
  })

  test('check a PATCH like the whole', async () => {
    const { status, body } = await api.call('PATCH /app/shop/listener/orders', { body: { suffix: 'a b' } })
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer: '/suffix', message: expect.stringMatching(/hyphens or underscores/) }])
  })
})
