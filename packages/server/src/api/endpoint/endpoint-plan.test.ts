import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let count = 0
let app = ''
beforeAll(async () => {
  api = await startTestApi()
})
beforeEach(async () => {
  app = `basic-${++count}`
  await api.call('POST /app', { body: { uid: app, name: app, plan: 'basic' } })
})
afterAll(() => api.stop())

const url = 'https://example.com/hook'
const create = (more: object = {}) => api.call(`POST /app/${app}/endpoint`, { body: { url, ...more } })

describe('a plan', () => {
  test('R84: allows two endpoints on basic, and says how to get more', async () => {
    expect([(await create()).status, (await create()).status]).toEqual([201, 201])
    const refused = await create()
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({
      code: 'limit_reached',
      detail: 'The plan basic allows 2 endpoints, and this application has 2. Delete one, or give it another plan.',
    })
    expect((await api.call(`PUT /app/${app}/endpoint/by-put`, { body: { url } })).body).toMatchObject({ code: 'limit_reached' })
  })

  test('R84: allows fifty on pro', async () => {
    await api.call(`PATCH /app/${app}`, { body: { plan: 'pro' } })
    for (let i = 0; i < 50; i++) expect((await create()).status).toBe(201)
    expect((await create()).body).toMatchObject({ code: 'limit_reached', detail: expect.stringContaining('allows 50 endpoints') })
  })

  test('is kept when 20 come at once: never three', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create()))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(answers.filter(({ body }) => String(body['code']) === 'limit_reached')).toHaveLength(18)
    expect((await api.call(`GET /app/${app}/endpoint`)).body['data']).toHaveLength(2)
  })

  test('counts what is there: a deleted endpoint makes room, a larger plan too', async () => {
    await create({ uid: 'first' })
    await create()
    await api.call(`DELETE /app/${app}/endpoint/first`)
    expect((await create()).status).toBe(201)
    expect((await create()).status).toBe(400)
    await api.call(`PATCH /app/${app}`, { body: { plan: 'pro' } })
    expect((await create()).status).toBe(201)
  })

  test('bounds the deadline of an endpoint', async () => {
    const refused = await create({ timeoutMs: 10_001 })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toEqual([
      { pointer: '/timeoutMs', code: 'plan_limit', message: 'The plan basic allows at most 10000 ms.' },
    ])
    expect((await create({ uid: 'ten', timeoutMs: 10_000 })).body).toMatchObject({ timeoutMs: 10_000 })
    expect((await api.call(`PATCH /app/${app}/endpoint/ten`, { body: { timeoutMs: 20_000 } })).status).toBe(422)
    await api.call(`PATCH /app/${app}`, { body: { plan: 'unlimited' } })
    expect((await api.call(`PATCH /app/${app}/endpoint/ten`, { body: { timeoutMs: 20_000 } })).body).toMatchObject({ timeoutMs: 20_000 })
  })

  test('signs as its founding document says unless the caller chooses', async () => {
    expect((await create()).body).toMatchObject({ signing: 'hex', secret: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect((await create({ signing: 'standard' })).body).toMatchObject({ signing: 'standard', secret: expect.stringMatching(/^whsec_/) })
  })

  test('is one of those that there are', async () => {
    for (const plan of ['gold', 'toString']) {
      const refused = await api.call(`PATCH /app/${app}`, { body: { plan } })
      expect(refused.status).toBe(422)
      expect(refused.body['errors']).toMatchObject([{ pointer: '/plan', message: expect.stringContaining('basic, pro, unlimited') }])
    }
  })
})
