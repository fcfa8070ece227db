import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { healthRoutes } from './health-routes.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

describe('health', () => {
  test('healthz answers without a key', async () => {
    const { status, body, headers } = await api.call('GET //healthz', { key: null })
    expect(status).toBe(200)
    expect(body).toEqual({ status: 'ok' })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('readyz writes, and says how long it took and how late the oldest task is', async () => {
    const { status, body } = await api.call('GET //readyz', { key: null })
    expect(status).toBe(200)
    expect(body).toEqual({ status: 'ok', writeMs: expect.any(Number), oldestDueMs: 0 })
  })

  test('readyz is 503 while the store takes no write', async () => {
    const broken = { ...api.deps.store, health: () => Promise.reject(new Error('disk full')) }
    const ready = healthRoutes({ ...api.deps, store: broken }).find(({ operation }) => operation.path === '/readyz')
    await expect(ready!.run({} as never)).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
