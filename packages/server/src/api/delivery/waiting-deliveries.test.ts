import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const url = 'https://example.com/hook'

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, database ? { databaseUrl: database.url } : {})
  })
  afterAll(async () => {
    await api.stop()
    await drop?.()
  })

  const search = async (app: string, query = '') =>
    (await api.call(`GET /app/${app}/delivery?${query}`)).body['data'] as unknown as readonly Json[]

  /** An application with an endpoint in this state, and two deliveries that wait for it; nobody sends here. */
  const waiting = async (app: string, state: string) => {
    await api.call('POST /app', { body: { name: app, uid: app, plan: 'basic' } })
    const endpoint = (await api.call(`POST /app/${app}/endpoint`, { body: { url, uid: 'one', state: 'paused' } })).body[
      'id'
    ] as unknown as string
    for (let i = 0; i < 2; i++) await api.call(`POST /app/${app}/msg`, { body: { eventType: 'a.b', payload: {} } })
    await api.call(`PATCH /app/${app}/endpoint/one`, { body: { state } })
    return endpoint
  }

  test.each(['paused', 'disabled'])(
    'R80, R81: deliveries of a %s endpoint are held, and waiting again when it is active',
    async (state) => {
      const app = `shop-${state}`
      await waiting(app, state)
      const held = await search(app)
      expect(held).toHaveLength(2)
      for (const one of held) {
        expect(one).toMatchObject({ status: 'held', nextAttempt: null, statusReason: expect.stringContaining('paused or disabled') })
        expect((await api.call(`GET /app/${app}/delivery/${String(one['id'])}`)).body).toEqual(one)
      }
      expect(await search(app, 'status=held')).toEqual(held)
      expect(await search(app, 'status=waiting')).toEqual([])
      expect(await search(app, 'status=delivered,held&endpoint_id=one')).toEqual(held)
      await api.call(`PATCH /app/${app}/endpoint/one`, { body: { state: 'active' } })
      expect(await search(app, 'status=held')).toEqual([])
      const [again] = await search(app, 'status=waiting')
      expect(again).toMatchObject({ status: 'waiting', nextAttempt: expect.any(String), statusReason: null })
    },
  )

  test('R85: deliveries of a plan whose hour is used up show as throttled, with the time when they go on', async () => {
    const endpoint = (await waiting('busy', 'active')) as `ep_${string}`
    const { store, ids } = api.deps
    const { id: application } = (await api.deps.config.application('busy'))!
    // Somebody who sends: takes the lane, and finds the hour used up.
    const sender = ids.make('ses')
    await store.openSession(sender)
    expect((await store.claim(sender, 10, 10)).lanes.map(({ lane }) => lane)).toContain(endpoint)
    const results = await store.reserve(
      sender,
      Array.from({ length: 101 }, () => ({ application, lane: endpoint })),
    )
    expect(results.at(-1)).toMatchObject({ kind: 'refused' })
    const throttled = await search('busy')
    expect(throttled).toHaveLength(2)
    for (const one of throttled) {
      expect(one).toMatchObject({ status: 'throttled', attempts: 0, statusReason: expect.stringContaining('in this hour') })
      const inMs = Date.parse(String(one['nextAttempt'])) - Date.now()
      expect(inMs).toBeGreaterThan(59 * 60_000)
      expect(inMs).toBeLessThan(62 * 60_000)
    }
    // One that was cancelled and is sent again has no time of its own: it goes when the plan's hour allows.
    const [last] = throttled
    expect(await api.call(`POST /app/busy/delivery/${String(last!['id'])}/cancel`)).toMatchObject({ status: 200 })
    expect((await search('busy', 'status=cancelled')).map(({ nextAttempt }) => nextAttempt)).toEqual([null])
    expect(await store.resend([String(last!['id']) as `dlv_${string}`])).toHaveLength(1)
    expect((await api.call(`GET /app/busy/delivery/${String(last!['id'])}`)).body).toEqual(last)
    const use = async () => (await api.call('GET /app/busy/plan')).body
    expect(await use()).toEqual({
      plan: 'basic',
      endpoints: { used: 1, max: 2 },
      deliveriesThisHour: { used: 100, max: 100, freeAt: expect.any(String) },
    })
    // Which is when the log says that they go on.
    const { freeAt } = (await use())['deliveriesThisHour'] as unknown as { freeAt: string }
    expect(Math.abs(Date.parse(freeAt) - Date.parse(String(throttled[0]!['nextAttempt'])))).toBeLessThan(1000)
    expect(await search('busy', 'status=throttled')).toEqual(throttled)
    expect(await search('busy', 'status=waiting')).toEqual([])
    await api.call('PATCH /app/busy', { body: { plan: 'pro' } })
    expect(await use()).toMatchObject({ plan: 'pro', endpoints: { max: 50 }, deliveriesThisHour: { used: 100, max: 5000, freeAt: null } })
    expect((await search('busy', 'status=waiting')).map(({ id }) => id)).toEqual(throttled.map(({ id }) => id))
    await store.closeSession(sender)
  })
})
