import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { belonging, type ApplicationId } from '#domain'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

/** Writes a row as an older version did. */
async function write(table: 'listener' | 'endpoint' | 'secret', id: string, values: Record<string, string>) {
  const { store } = api.deps
  const application = await tablesOf(store)
    .selectFrom('application')
    .select(['id', 'version'])
    .where('uid', '=', 'shop')
    .executeTakeFirstOrThrow()
  const of = { ...application, id: application.id as ApplicationId }
  const query =
    table === 'secret'
      ? tablesOf(store).updateTable(table).set(values).where('application_id', '=', of.id).where('name', '=', id).compile()
      : tablesOf(store).updateTable(table).set(values).where('id', '=', id).compile()
  expect((await store.mutate({ statements: [{ query }], application: of, audit: [] })).kind).toBe('done')
}

describe('a listener that an older version saved', () => {
  const headers = { 'x-a': '1', 'X-A': 'a ' }
  beforeAll(async () => {
    const { body } = await api.call('POST /app/shop/listener', {
      body: { uid: 'old', name: 'Old', suffix: '/old', auth: { kind: 'bearer', tokens: ['t0ken-t0ken-t0ken'] } },
    })
    await write('listener', String(body['id']), { config: JSON.stringify({ reply: { headers }, dropped: 1 }) })
  })

  test('is listed and shown', async () => {
    const listed = await api.call('GET /app/shop/listener')
    expect(listed.status).toBe(200)
    expect((await api.call('GET /app/shop/listener/old')).body).toMatchObject({ reply: { headers } })
  })

  test('is changed where nothing is said of what is older than a rule, and refused where it is', async () => {
    const patched = await api.call('PATCH /app/shop/listener/old', { body: { enabled: false } })
    expect([patched.status, patched.body]).toMatchObject([200, { enabled: false, reply: { headers } }])
    const again = await api.call('PATCH /app/shop/listener/old', { body: { reply: { headers } } })
    expect([again.status, JSON.stringify(again.body)]).toEqual([422, expect.stringContaining('stands twice')])
    expect((await api.call('PATCH /app/shop/listener/old', { body: { nmae: 'x' } })).status).toBe(422)
    expect((await api.call('PATCH /app/shop/listener/old', { body: { suffix: 'a b' } })).status).toBe(422)
  })

  test('is what a flow is tried with', async () => {
    const definition = { name: 'F', trigger: { kind: 'webhook', listener: 'old' }, steps: [{ id: 'end', kind: 'stop' }] }
    await api.call('PUT /app/shop/flow/tried', { body: definition })
    const tried = await api.call('POST /app/shop/flow/tried/test', { body: { simulated: {} } })
    expect([tried.status, tried.body['status']]).toEqual([200, 'ok'])
  })
})

describe('a listener whose key no request could show any more', () => {
  beforeAll(async () => {
    const auth = { kind: 'api_key', keys: ['k3y-k3y-k3y-k3y'] }
    const { body } = await api.call('POST /app/shop/listener', { body: { uid: 'unmatched', name: 'U', suffix: '/unmatched', auth } })
    const { keys } = body['auth'] as unknown as { keys: [{ name: string }] }
    const app = await tablesOf(api.deps.store).selectFrom('application').select('id').where('uid', '=', 'shop').executeTakeFirstOrThrow()
    await write('secret', keys[0].name, { sealed: api.deps.vault.seal(' k3y ', belonging.secret(app.id, keys[0].name)) })
  })

  test('can be changed in what is not its key, and keeps that', async () => {
    const before = await api.call('GET /app/shop/listener/unmatched')
    const patched = await api.call('PATCH /app/shop/listener/unmatched', { body: { enabled: false, name: 'V' } })
    expect([patched.status, patched.body]).toMatchObject([200, { enabled: false, name: 'V', auth: before.body['auth'] as object }])
  })

  test('is refused where the key is given anew, and takes a better one', async () => {
    const { auth } = (await api.call('GET /app/shop/listener/unmatched')).body
    expect((await api.call('PATCH /app/shop/listener/unmatched', { body: { auth } })).status).toBe(422)
    const better = { kind: 'api_key', keys: ['k3y-k3y-k3y-k3y'] }
    expect((await api.call('PATCH /app/shop/listener/unmatched', { body: { auth: better } })).status).toBe(200)
  })
})

test('the headers of an endpoint that an older version saved stay where others are changed', async () => {
  const { body } = await api.call('POST /app/shop/endpoint', { body: { uid: 'ep', url: 'http://127.0.0.1:8080/' } })
  const id = String(body['id'])
  const sealed = (values: object) => api.deps.vault.seal(JSON.stringify(values), belonging.endpointHeaders(id))
  await write('endpoint', id, { headers: sealed({ 'X-Webhook-Customer': 'a', 'X-B': 'b' }) })
  expect((await api.call('PATCH /app/shop/endpoint/ep/headers', { body: { headers: { 'X-B': 'c' } } })).status).toBe(204)
  expect((await api.call('GET /app/shop/endpoint/ep/headers')).body['headers']).toEqual({ 'X-Webhook-Customer': 'a', 'X-B': 'c' })
  const changed = await api.call('PATCH /app/shop/endpoint/ep/headers', { body: { headers: { 'X-Webhook-Customer': 'b' } } })
  expect(changed.status).toBe(422)
  expect((await api.call('PATCH /app/shop/endpoint/ep/headers', { body: { headers: { 'X-Webhook-Customer': null } } })).status).toBe(204)
})
