import { afterEach, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
afterEach(() => api.stop())

const wrong = 'a-key-that-nobody-made'

/** Calls as a proxy on this machine would, for the caller at the address. */
const from = async (address: string, key: string = wrong) =>
  (await api.call('GET /app', { key, headers: { 'x-forwarded-for': address } })).status

describe('S23: guessing keys', () => {
  test('is answered 429 after ten in a minute, with the time to wait; a right key is taken all the same', async () => {
    api = await startTestApi({ wrongKeysPerMinute: 10 })
    const guess = async () => api.call('GET /app', { key: wrong })
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401)
    const refused = await guess()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(6)
    expect(refused.body).toMatchObject({ code: 'rate_limited', detail: expect.stringContaining('More than 10 wrong keys') })
    expect((await api.call('GET /app')).status).toBe(200)
    expect((await guess()).status).toBe(429)
  })

  test('counts keys that are mistyped, revoked or expired, and not calls without a key', async () => {
    api = await startTestApi({ wrongKeysPerMinute: 3 })
    for (let i = 0; i < 5; i++) expect((await api.call('GET /app', { key: null })).status).toBe(401)
    const { id, key } = (await api.call('POST /key', { body: { name: 'x' } })).body
    await api.call(`DELETE /key/${String(id)}`)
    expect((await api.call('GET /app', { key: String(key) })).status).toBe(401)
    expect((await api.call('GET /app', { key: `phk_${'0'.repeat(49)}` })).status).toBe(401)
    expect((await api.call('GET /app', { key: wrong })).status).toBe(401)
    expect((await api.call('GET /app', { key: String(key) })).status).toBe(429)
  })

  test('counts by caller behind a trusted proxy, a whole /64 of IPv6 as one, and believes nobody else', async () => {
    api = await startTestApi({ wrongKeysPerMinute: 2, trustedProxies: ['127.0.0.0/8'] })
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([401, 401, 429])
    expect(await from('192.0.2.2')).toBe(401)
    expect(await from('192.0.2.1', api.key)).toBe(200)
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).toEqual([401, 401, 429])
    expect(await from('2001:db8:0:1::1')).toBe(401)
    await api.stop()
    api = await startTestApi({ wrongKeysPerMinute: 2 })
    expect([await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.3')]).toEqual([401, 401, 429])
  })
})

test('the audit log has the caller behind a trusted proxy', async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.1'] })
  await api.call('POST /app', { body: { name: 'x' }, headers: { 'x-forwarded-for': '203.0.113.9' } })
  expect((await api.call('GET /audit?action=application.created')).body['data']).toMatchObject([{ ip: '203.0.113.9' }])
})
