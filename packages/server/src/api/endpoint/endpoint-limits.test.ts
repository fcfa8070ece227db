import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const url = 'https://example.com/hook'

describe('the limits of an endpoint', () => {
  test('are none and no order by default, are read back, changed one by one, and put back by a PUT that leaves them out', async () => {
    const none = { throttleRate: null, concurrency: null, ordered: false, onExhausted: 'continue' }
    const made = await api.call('POST /app/shop/endpoint', { body: { url, uid: 'limited' } })
    expect(made.body).toMatchObject(none)
    const limits = { throttleRate: 50, concurrency: 4, ordered: true, onExhausted: 'pause' }
    expect((await api.call('PATCH /app/shop/endpoint/limited', { body: limits })).body).toMatchObject(limits)
    expect((await api.call('PATCH /app/shop/endpoint/limited', { body: { concurrency: null } })).body).toMatchObject({
      ...limits,
      concurrency: null,
    })
    expect((await api.call('GET /app/shop/endpoint/limited')).body).toMatchObject({ throttleRate: 50, ordered: true, onExhausted: 'pause' })
    expect((await api.call('PUT /app/shop/endpoint/limited', { body: { url } })).body).toMatchObject(none)
  })

  test('stand in the audit log, before and after', async () => {
    await api.call('POST /app/shop/endpoint', { body: { url, uid: 'told', concurrency: 2 } })
    await api.call('PATCH /app/shop/endpoint/told', { body: { concurrency: 9, ordered: true } })
    const { data } = (await api.call('GET /audit')).body as unknown as { data: { action: string; before: object; after: object }[] }
    const [changed] = data.filter(({ action }) => action === 'endpoint.updated')
    expect(changed).toMatchObject({ before: { concurrency: 2, ordered: false }, after: { concurrency: 9, ordered: true } })
  })
})
