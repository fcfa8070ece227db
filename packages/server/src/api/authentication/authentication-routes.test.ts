import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  for (const [name, featureFlag] of [
    ['plain.done', null],
    ['beta.done', 'beta'],
    ['gamma.done', 'gamma'],
  ]) {
    await api.call('POST /event-type', { body: { name, description: name, featureFlag, example: { is: name } } })
  }
})
afterAll(() => api.stop())

const visit = async (body: object = {}, app = 'shop') => api.call(`POST /auth/app-portal-access/${app}`, { body })
const tokenOf = async (body: object = {}) => String((await visit(body)).body['token'])
const keys = async (query = '') => (await api.call(`GET /key?limit=250${query}`)).body['data'] as unknown as Record<string, unknown>[]
const names = async (key: string) =>
  ((await api.call('GET /event-type', { key })).body['data'] as unknown as { name: string }[]).map(({ name }) => name)

describe('access to the portal', () => {
  test('is a link with a token behind its #, and a key of the application', async () => {
    const { status, body } = await visit()
    expect(status).toBe(200)
    expect(body['url']).toMatch(/^https:\/\/api\.example\.com\/portal#php_[\w-]{43}$/)
    expect((await api.call('GET /app/shop/endpoint', { key: String(body['token']) })).status).toBe(200)
    expect((await api.call('GET /app', { key: String(body['token']) })).status).toBe(403)
  })

  test('ends after 7 days, or when it is said, and is listed as what it is', async () => {
    const before = Date.now()
    const usual = await tokenOf()
    const short = await tokenOf({ expiry: 3600, readOnly: true, sessionId: 'visit-7', featureFlags: ['beta', 'beta'] })
    const listed = await keys('&kind=portal&application=shop')
    const one = (token: string) => listed.find(({ last4, access }) => last4 === token.slice(-4) && access !== undefined)
    expect(one(usual)).toMatchObject({ kind: 'portal', name: 'App Portal', access: 'write', featureFlags: [] })
    expect(one(short)).toMatchObject({ kind: 'portal', name: 'App Portal, session visit-7', access: 'read', featureFlags: ['beta'] })
    const seconds = (token: string) => Math.round((Date.parse(String(one(token)!['expiresAt'])) - before) / 1000)
    expect(seconds(usual)).toBeGreaterThanOrEqual(604_800)
    expect(seconds(usual)).toBeLessThan(604_860)
    expect(seconds(short)).toBeLessThan(3660)
    expect((await keys('&kind=key')).some(({ kind }) => kind !== 'key')).toBe(false)
  })

  test('may be for reading only', async () => {
    for (const body of [{ readOnly: true }, { capabilities: ['ViewBase'] }]) {
      const key = await tokenOf(body)
      expect((await api.call('GET /app/shop/endpoint', { key })).status).toBe(200)
      expect((await api.call('POST /app/shop/endpoint', { key, body: { url: 'https://example.com/' } })).status).toBe(403)
    }
  })

  test('refuses what a key of ours cannot be, rather than giving more', async () => {
    const refused = await visit({ capabilities: ['ViewBase', 'CreateAttempts'] })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: '/capabilities', code: 'unsupported_capabilities' }])
    for (const expiry of [3599, 604_801]) expect((await visit({ expiry })).body['errors']).toMatchObject([{ pointer: '/expiry' }])
    expect((await visit({ featureFlags: ['no spaces'] })).body['errors']).toMatchObject([{ pointer: '/featureFlags/0' }])
  })

  test('ends all at once or after a while, for some sessions or all, with what their links were exchanged for', async () => {
    await api.call('POST /app', { body: { uid: 'ending', name: 'Ending' } })
    const open = async (sessionId: string | null) => {
      const { body } = await visit({ sessionId }, 'ending')
      const redeemed = await api.call('POST /portal/session', { key: null, body: { token: String(body['url']).split('#')[1] } })
      return [String(body['token']), String(redeemed.body['token'])]
    }
    const works = async (keys: readonly string[]) =>
      Promise.all(keys.map(async (key) => (await api.call('GET /app/ending/endpoint', { key })).status === 200))
    const expire = async (body: object) => (await api.call('POST /auth/app/ending/expire-all', { body })).status
    const [one, two, none] = [await open('1'), await open('2'), await open(null)]
    const other = await tokenOf({ sessionId: '1' })
    const { body: support } = await api.call('POST /key', { body: { name: 'App Portal, session 1', application: 'ending' } })
    const ofProgram = String(support['key'])
    expect(await expire({ sessionIds: ['1', '3'] })).toBe(204)
    expect(await works([...one, ...two, ...none, ofProgram])).toEqual([false, false, true, true, true, true, true])
    expect(await expire({ expiry: 3600 })).toBe(204)
    expect(await works([...two, ...none])).toEqual([true, true, true, true])
    const ends = (await keys('&kind=portal&application=ending')).map(({ expiresAt }) => Date.parse(String(expiresAt)) - Date.now())
    expect(Math.max(...ends)).toBeLessThan(3_601_000)
    // One that ends sooner stays so.
    expect(await expire({ expiry: 7200 })).toBe(204)
    expect(
      Math.max(...(await keys('&kind=portal&application=ending')).map(({ expiresAt }) => Date.parse(String(expiresAt)) - Date.now())),
    ).toBeLessThan(3_601_000)
    expect(await expire({})).toBe(204)
    expect(await works([...two, ...none, ofProgram])).toEqual([false, false, false, false, true])
    expect((await api.call('GET /app/shop/endpoint', { key: other })).status).toBe(200)
    expect(await expire({ expiry: -1 })).toBe(422)
    expect((await api.call('POST /auth/app/nobody/expire-all', { body: {} })).status).toBe(404)
  })

  test('makes the application on the way, if it comes along', async () => {
    expect((await visit({}, 'fresh')).status).toBe(404)
    expect((await visit({ application: { name: 'Fresh', uid: 'other' } }, 'fresh')).body['errors']).toMatchObject([
      { code: 'application_uid_mismatch' },
    ])
    expect((await visit({ application: { name: 'Fresh' } }, 'fresh')).status).toBe(200)
    expect((await api.call('GET /app/fresh')).body).toMatchObject({ uid: 'fresh', name: 'Fresh' })
    expect((await visit({ application: { name: 'Ignored' } }, 'fresh')).status).toBe(200)
    expect((await api.call('GET /app/fresh')).body).toMatchObject({ name: 'Fresh' })
  })

  test('gives the same key again under an idempotency key', async () => {
    const once = async () => api.call('POST /auth/app-portal-access/shop', { body: {}, headers: { 'idempotency-key': 'visit' } })
    expect((await once()).body['token']).toBe((await once()).body['token'])
  })

  test('is audited, without the key', async () => {
    const token = await tokenOf()
    const audit = await api.call('GET /audit?action=key.created&limit=1')
    expect(audit.body['data']).toMatchObject([{ after: { kind: 'portal', last4: token.slice(-4) } }])
    expect(audit.text).not.toContain(token)
  })
})

describe('logging out', () => {
  test('revokes the key that calls, and no other', async () => {
    const [one, other] = [await tokenOf({ readOnly: true }), await tokenOf()]
    const out = await api.call('POST /auth/logout', { key: one })
    expect([out.status, out.text]).toEqual([204, ''])
    expect((await api.call('GET /app/shop/endpoint', { key: one })).status).toBe(401)
    expect((await api.call('POST /auth/logout', { key: one })).status).toBe(401)
    expect((await api.call('GET /app/shop/endpoint', { key: other })).status).toBe(200)
    const [revoked] = (await api.call('GET /audit?action=key.revoked&limit=1')).body['data'] as unknown as {
      actor: string
      target: string
    }[]
    expect(revoked!.actor).toBe(revoked!.target)
  })

  test('is refused to keys of the organisation, with the way to revoke them', async () => {
    const { status, body } = await api.call('POST /auth/logout')
    expect([status, body['code']]).toEqual([403, 'insufficient_access'])
    expect(body['detail']).toMatch(/DELETE \/api\/v1\/key\/key_/)
    expect((await api.call('GET /app')).status).toBe(200)
  })
})

describe('an event type with a feature flag', () => {
  test('is there for the organisation and for keys with the flag, and for nobody else', async () => {
    const [plain, beta] = [await tokenOf(), await tokenOf({ featureFlags: ['beta', 'unused'] })]
    expect(await names(api.key)).toEqual(['beta.done', 'gamma.done', 'plain.done'])
    expect(await names(plain)).toEqual(['plain.done'])
    expect(await names(beta)).toEqual(['beta.done', 'plain.done'])
    const hidden = await api.call('GET /event-type/gamma.done', { key: beta })
    const unknown = await api.call('GET /event-type/nothing.done', { key: beta })
    const shown = ({ status, body }: typeof hidden, name: string) => [
      status,
      JSON.stringify({ ...body, requestId: null }).replaceAll(name, ''),
    ]
    expect(shown(hidden, 'gamma.done')).toEqual(shown(unknown, 'nothing.done'))
    expect((await api.call('GET /event-type/beta.done', { key: beta })).status).toBe(200)
  })

  test('pages are full although others are left out', async () => {
    const plain = await tokenOf()
    expect((await api.call('GET /event-type?limit=1', { key: plain })).body).toMatchObject({ data: [{ name: 'plain.done' }], done: true })
  })

  test('cannot be subscribed to, tried out or found out about by whoever does not see it', async () => {
    const key = await tokenOf({ featureFlags: ['beta'] })
    const subscribe = async (eventTypes: string[], uid: string) =>
      api.call('POST /app/shop/endpoint', { key, body: { url: 'https://example.com/', uid, eventTypes } })
    const refused = await subscribe(['gamma.done', 'beta.done', 'no.such'], 'a')
    expect(refused.body['errors']).toMatchObject([
      { pointer: '/eventTypes', message: expect.stringContaining("don't exist: gamma.done, no.such.") },
    ])
    expect((await subscribe(['beta.done', 'plain.done'], 'b')).status).toBe(201)
    const example = async (eventType: string) => api.call('POST /app/shop/endpoint/b/send-example', { key, body: { eventType } })
    expect((await example('gamma.done')).body['errors']).toMatchObject([{ code: 'unknown_event_type' }])
    expect((await example('beta.done')).status).toBe(200)
  })

  test('stays with an endpoint that has it when somebody who does not see it saves the endpoint', async () => {
    await api.call('POST /app/shop/endpoint', { body: { url: 'https://example.com/', uid: 'kept', eventTypes: ['gamma.done'] } })
    const key = await tokenOf()
    const body = { url: 'https://example.com/2', eventTypes: ['gamma.done', 'plain.done'] }
    expect((await api.call('PUT /app/shop/endpoint/kept', { key, body })).status).toBe(200)
    expect((await api.call('PATCH /app/shop/endpoint/kept', { key, body: { eventTypes: ['beta.done'] } })).status).toBe(422)
  })

  test('is seen by a key of an application that was given its flag', async () => {
    const make = async (body: object) => api.call('POST /key', { body: { name: 'x', ...body } })
    expect(await names(String((await make({ application: 'shop', featureFlags: ['gamma'] })).body['key']))).toEqual([
      'gamma.done',
      'plain.done',
    ])
    expect(await names(String((await make({ application: 'shop' })).body['key']))).toEqual(['plain.done'])
    expect((await make({ featureFlags: ['gamma'] })).body['errors']).toMatchObject([{ pointer: '/featureFlags', code: 'no_application' }])
  })
})
