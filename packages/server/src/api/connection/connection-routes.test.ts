import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const put = async (name: string, body: unknown) => api.call(`PUT /app/shop/connection/${name}`, { body })
const oauth2 = { kind: 'oauth2', tokenUrl: 'https://login.example.com/token', clientId: 'posthorn' }

describe('connections', () => {
  test('are put, shown, listed and deleted, their secret by name only', async () => {
    const created = await put('erp', { baseUrl: 'https://erp.example.com/api', auth: { ...oauth2, clientSecret: 'a-client-secret' } })
    expect(created.status).toBe(201)
    const auth = { ...oauth2, clientAuth: 'basic', clientSecret: { name: 'erp_oauth2', last4: 'cret', createdAt: expect.any(String) } }
    expect(created.body).toMatchObject({ name: 'erp', baseUrl: 'https://erp.example.com/api', auth })
    // What was read can be put again.
    expect(await put('erp', { baseUrl: 'https://erp.example.com/v2', auth: created.body['auth'] })).toMatchObject({
      status: 200,
      body: { auth },
    })
    await put('crm', { baseUrl: 'https://crm.example.com', auth: { kind: 'none' } })
    expect((await api.call('GET /app/shop/connection?limit=1')).body).toMatchObject({ data: [{ name: 'crm' }], done: false })
    expect((await api.call('GET /app/shop/connection/erp')).body).toMatchObject({ baseUrl: 'https://erp.example.com/v2' })
    const db = tablesOf(api.deps.store)
    const rows = [await db.selectFrom('connection').selectAll().execute(), await db.selectFrom('audit').selectAll().execute()]
    expect(JSON.stringify(rows)).not.toContain('a-client-secret')
    expect((await api.call('DELETE /app/shop/connection/crm')).status).toBe(204)
    expect((await api.call('GET /app/shop/connection/crm')).status).toBe(404)
  })

  test('keep their secret, and a published flow keeps them', async () => {
    await put('used', { baseUrl: 'https://erp.example.com', auth: { kind: 'bearer', token: 'a-token-of-the-erp' } })
    expect((await api.call('DELETE /app/shop/secret/used_bearer')).body['detail']).toBe(
      'The secret used_bearer is read by the connection "used".',
    )
    expect((await api.call('PUT /app/shop/secret/used_bearer', { body: { value: 'two words' } })).body['errors']).toMatchObject([
      { pointer: '/value', message: expect.stringContaining('The connection "used" reads this secret.') },
    ])
    const flow = (system: string) => ({
      name: 'Calls',
      trigger: { kind: 'job' },
      steps: [{ id: 'a', kind: 'http_request', system, url: '/stock' }],
    })
    const { id } = (await api.call('POST /app/shop/flow', { body: flow('nowhere') })).body
    expect((await api.call(`POST /app/shop/flow/${String(id)}/publish`)).body['errors']).toMatchObject([
      { pointer: '/steps/0/system', message: 'There is no connection "nowhere" in this application. Put it first.' },
    ])
    await api.call(`PUT /app/shop/flow/${String(id)}`, { body: flow('used') })
    expect((await api.call(`POST /app/shop/flow/${String(id)}/publish`)).status).toBe(200)
    const calledBy = { count: 1, flows: [{ id, name: 'Calls' }] }
    expect((await api.call('GET /app/shop/connection/used')).body).toMatchObject({ calledBy })
    expect((await api.call('GET /app/shop/connection?text=used')).body).toMatchObject({ data: [{ name: 'used', calledBy }] })
    const refused = await api.call('DELETE /app/shop/connection/used')
    expect([refused.status, refused.body['detail']]).toEqual([409, 'The connection used is called by the flow "Calls".'])
  })

  test.each<[name: string, body: object, pointer: string]>([
    ['a.b', { baseUrl: 'https://x.example', auth: { kind: 'none' } }, '/name'],
    ['x', { baseUrl: 'ftp://x.example', auth: { kind: 'none' } }, '/baseUrl'],
    ['x', { baseUrl: 'https://x.example/?a=1', auth: { kind: 'none' } }, '/baseUrl'],
    ['x', { baseUrl: 'https://ines:pw@x.example/', auth: { kind: 'none' } }, '/baseUrl'],
    ['x', { baseUrl: 'http://169.254.169.254/', auth: { kind: 'none' } }, '/baseUrl'],
    ['x', { baseUrl: 'https://x.example', auth: { ...oauth2, tokenUrl: 'http://169.254.169.254/', clientSecret: 'x' } }, '/auth/tokenUrl'],
    ['x', { baseUrl: 'https://x.example', auth: { kind: 'bearer', token: 'two words' } }, '/auth/token'],
    ['x', { baseUrl: 'https://x.example', auth: { kind: 'bearer', token: { name: 'nobody' } } }, '/auth/token'],
    ['x', { baseUrl: 'https://x.example', auth: { kind: 'basic', username: 'a:b', password: 'x' } }, '/auth/username'],
  ])('refuse %s %j', async (name, body, pointer) => {
    const { status, body: said } = await put(name, body)
    expect(status).toBe(422)
    expect(said['errors']).toMatchObject([{ pointer }])
  })
})
