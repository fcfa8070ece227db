import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const create = async (body: object) => api.call('POST /key', { body })

describe('keys', () => {
  test('R105: are made with a name, and their text is shown once', async () => {
    const { status, body } = await create({ name: 'CI' })
    const key = String(body['key'])
    expect(status).toBe(201)
    expect(key).toMatch(/^phk_[0-9A-Za-z]{49}$/)
    expect(body).toMatchObject({ name: 'CI', applicationId: null, access: 'write', last4: key.slice(-4), expiresAt: null, revokedAt: null })
    expect((await api.call('GET /app', { key })).status).toBe(200)
    expect((await api.call('GET /key')).text).not.toContain(key)
    expect(JSON.stringify(await tablesOf(api.deps.store).selectFrom('api_key').selectAll().execute())).not.toContain(key)
  })

  test('of one application reach that application only', async () => {
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    const key = String((await create({ name: 'Shop', application: 'shop' })).body['key'])
    expect((await api.call('GET /app/shop/listener', { key })).status).toBe(200)
    expect((await api.call('GET /app/other/listener', { key })).status).toBe(404)
    expect((await api.call('GET /app', { key })).status).toBe(403)
  })

  test('that may only read change nothing', async () => {
    const key = String((await create({ name: 'Reader', access: 'read' })).body['key'])
    expect((await api.call('GET /app/shop', { key })).status).toBe(200)
    expect((await api.call('DELETE /app/shop', { key })).status).toBe(403)
  })

  test('stop working at once when they are revoked, and are listed only if asked for', async () => {
    const { id, key } = (await create({ name: 'Gone' })).body
    expect((await api.call('GET /app', { key: String(key) })).status).toBe(200)
    expect((await api.call(`DELETE /key/${String(id)}`)).status).toBe(204)
    expect((await api.call('GET /app', { key: String(key) })).status).toBe(401)
    expect((await api.call('GET /key')).text).not.toContain(String(id))
    expect((await api.call('GET /key?include_revoked=true')).text).toContain(String(id))
    expect((await api.call(`DELETE /key/${String(id)}`)).status).toBe(404)
  })

  test('expire', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    const { body } = await create({ name: 'Short', expiresAt: soon })
    expect(body['expiresAt']).toBe(soon)
    await api.deps.store.mutate({
      statements: [
        { query: tablesOf(api.deps.store).updateTable('api_key').set({ expires_at: 1 }).where('id', '=', String(body['id'])).compile() },
      ],
      application: null,
      audit: [],
    })
    expect((await api.call('GET /app', { key: String(body['key']) })).status).toBe(401)
  })

  test('cannot all be revoked: the last one that may write stays', async () => {
    const keys = (await api.call('GET /key?limit=250')).body['data'] as unknown as {
      id: string
      access: string
      applicationId: string | null
    }[]
    const first = keys[0]!
    for (const { id } of keys.slice(1)) expect((await api.call(`DELETE /key/${id}`)).status).toBe(204)
    const refused = await api.call(`DELETE /key/${first.id}`)
    expect(refused.status).toBe(409)
    expect(refused.body['code']).toBe('last_key')
  })

  test.each<[string, object, string]>([
    ['no name', {}, '/name'],
    ['an empty name', { name: ' ' }, '/name'],
    ['an unknown access', { name: 'x', access: 'admin' }, '/access'],
    ['an unknown application', { name: 'x', application: 'nowhere' }, '/application'],
    ['a time that is past', { name: 'x', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['a time that is none', { name: 'x', expiresAt: 'tomorrow' }, '/expiresAt'],
    ['an unknown field', { name: 'x', colour: 'red' }, '/colour'],
  ])('refuse %s, and name the field', async (_what, body, pointer) => {
    const refused = await create(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer }])
  })
})
