import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { watchVault } from '#coordination'
import { belonging } from '#domain'
import { createVault, masterKeyFromText, systemClock, systemRandom } from '#platform'
import { createCollectingLog } from '#platform/testing'
import { createStoreHealth, type Statement } from '#store'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'

const random = systemRandom()
const lost = createVault([masterKeyFromText('lost-lost-lost-lost-lost-lost-lost-lost')], random)
const health = createStoreHealth({ clock: systemClock, log: createCollectingLog() })
const { vault, stop } = watchVault({
  vault: createVault([masterKeyFromText('kept-kept-kept-kept-kept-kept-kept-kept')], random),
  health,
  clock: systemClock,
})

let api: TestApi
let endpoint: string
let listener: string
beforeAll(async () => {
  api = await startTestApi({}, { vault })
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const headers = { 'X-Key': 'old' }
  endpoint = String((await api.call('POST /app/shop/endpoint', { body: { url: 'https://example.com', headers } })).body['id'])
  const auth = { kind: 'bearer', tokens: ['a-token-of-some-length'] }
  const made = await api.call('POST /app/shop/listener', { body: { name: 'In', uid: 'in', suffix: '/in', auth } })
  listener = String(made.body['id'])
})
afterAll(async () => {
  stop()
  await api.stop()
})

/** As if it had been written under a key that nobody has any more. */
async function write(...statements: Statement[]): Promise<void> {
  const { store, config } = api.deps
  const { id, version } = (await config.application('shop'))!
  await store.mutate({ statements, touches: [], application: { id, version }, audit: [] })
  await config.refresh(id, version)
}

describe('what a lost key sealed', () => {
  test('is no trouble where it is replaced', async () => {
    const { store } = api.deps
    const { endpoints, listeners } = store.statements
    await write(
      endpoints.update(endpoint, { headers: lost.seal('{"X-Key":"old"}', belonging.endpointHeaders(endpoint)) }),
      listeners.update(listener, { auth: lost.seal('{"kind":"none"}', belonging.listenerAuth(listener)) }),
    )
    expect((await api.call(`PUT /app/shop/endpoint/${endpoint}/headers`, { body: { headers: { 'X-Key': 'new' } } })).status).toBe(204)
    // Asks the listener whether it reads the secret.
    expect((await api.call('PUT /app/shop/secret/other', { body: { value: 'x' } })).status).toBe(201)
    expect((await api.call('DELETE /app/shop/listener/in')).status).toBe(204)
    expect(health.trouble).toBeUndefined()
  })

  test('is a trouble where it is asked for', async () => {
    const { endpoints } = api.deps.store.statements
    await write(endpoints.update(endpoint, { headers: lost.seal('{}', belonging.endpointHeaders(endpoint)) }))
    expect((await api.call(`GET /app/shop/endpoint/${endpoint}/headers`)).body).toMatchObject({ code: 'secret_unreadable' })
    expect(health.trouble).toMatchObject({ code: 'secret_unreadable' })
  })
})
