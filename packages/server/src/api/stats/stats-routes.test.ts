import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

interface Stats extends Json {
  readonly buckets: Json & readonly Json[]
}

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { deliver: true, ...(database && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver(({ path }) => (path === '/ok' ? 200 : 503))
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    const make = (uid: string, more: object) =>
      api.call('POST /app/shop/endpoint', { body: { url: `${receiver.url}/${uid}`, uid, eventTypes: [`${uid}.*`], ...more } })
    await make('ok', {})
    await make('busy', { retryPolicy: { waitsSeconds: [3600] } })
    await make('bad', { retryPolicy: { waitsSeconds: [] } })
    await make('paused', { state: 'paused' })
    await make('off', { state: 'disabled' })
    for (const [type, count] of Object.entries({ ok: 5, busy: 2, bad: 3, paused: 4, off: 2 })) {
      for (let i = 0; i < count; i++) await api.call('POST /app/shop/msg', { body: { eventType: `${type}.sent`, payload: {} } })
    }
    while (sum(await stats(), 'attempts') < 10 || sum(await stats(), 'delivered') < 5 || sum(await stats(), 'failed') < 3) await wait(20)
  })
  afterAll(async () => {
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await drop?.()
  })

  const stats = async (query = '', app = 'shop') => (await api.call(`GET /app/${app}/stats?${query}`)).body as Stats
  const sum = ({ buckets }: Stats, name: string) => buckets.reduce((total, bucket) => total + Number(bucket[name]), 0)
  const sums = (answer: Stats) =>
    Object.fromEntries(['deliveries', 'delivered', 'failed', 'cancelled', 'waiting', 'attempts'].map((name) => [name, sum(answer, name)]))

  test('counts what became of deliveries over time, of the application and of one endpoint', async () => {
    for (const bucket of ['minute', 'hour', 'day']) {
      const answer = await stats(`bucket=${bucket}`)
      expect(answer).toMatchObject({ bucket, complete: true })
      expect(answer.buckets).toHaveLength({ minute: 60, hour: 24, day: 30 }[bucket]!)
      expect(sums(answer)).toEqual({ deliveries: 14, delivered: 5, failed: 3, cancelled: 0, waiting: 6, attempts: 10 })
    }
    const { buckets } = await stats('bucket=day&endpoint_id=ok')
    expect(buckets.at(-1) ?? buckets.at(-2)).toMatchObject({
      successRate: 1,
      deliveredInMsP50: expect.any(Number),
      deliveredInMsP95: expect.any(Number),
      deliveredInMsP99: expect.any(Number),
    })
    expect(sums(await stats('endpoint_id=bad'))).toEqual({ deliveries: 3, delivered: 0, failed: 3, cancelled: 0, waiting: 0, attempts: 3 })
    const { groups } = await stats('group_by=endpoint')
    const byEndpoint = groups as unknown as Json[]
    expect(byEndpoint.map(({ deliveries }) => deliveries)).toEqual([5, 4, 3, 2])
    expect(byEndpoint[2]).toMatchObject({ failed: 3, successRate: 0, failures: expect.arrayContaining([3]) })
    const asked = String(byEndpoint[3]!['key'])
    expect((await stats(`group_by=endpoint&groups=${asked}`)).groups).toMatchObject([{ key: asked, deliveries: 2 }])
    expect((await stats())['groups']).toBe(null)
    expect(sums(await stats('', 'other'))).toMatchObject({ deliveries: 0 })
    expect((await stats('', 'other')).buckets[0]).toMatchObject({ successRate: null, deliveredInMsP50: null })
  })

  test('R81: says what waits now and why, and the events that a disabled endpoint missed', async () => {
    const { now } = await stats()
    expect(now).toMatchObject({ waiting: 2, throttled: 0, held: 4, exact: true, skipped: 2 })
    expect(Number(now!['oldestWaitingMs'])).toBeGreaterThan(0)
    expect((await stats('endpoint_id=off'))['now']).toMatchObject({ waiting: 0, held: 0, skipped: 2, oldestWaitingMs: 0 })
    expect((await stats('endpoint_id=busy'))['now']).toMatchObject({ waiting: 2, held: 0, oldestWaitingMs: 0 })
    expect((await api.call('GET /app/shop/endpoint/off/stats')).body).toMatchObject({ success: 0, pending: 0, skipped: 2 })
    expect((await api.call('GET /app/shop/endpoint/ok/stats')).body).toMatchObject({ success: 5, skipped: 0 })
  })

  test('widens what is asked for to whole buckets', async () => {
    const at = (minutes: number) => new Date(Date.parse('2030-01-01T10:00:30Z') + minutes * 60_000).toISOString()
    const answer = await stats(`bucket=minute&since=${at(0)}&until=${at(2)}`)
    expect(answer).toMatchObject({ since: '2030-01-01T10:00:00.000Z', until: '2030-01-01T10:03:00.000Z', complete: true })
    expect(answer.buckets.map((bucket) => bucket['at'])).toEqual([0, 1, 2].map((n) => `2030-01-01T10:0${n}:00.000Z`))
  })

  test.each([
    ['bucket=week', '?bucket'],
    ['since=yesterday', '?since'],
    ['since=2030-01-02T00:00:00Z&until=2030-01-01T00:00:00Z', '?since'],
    ['bucket=minute&since=2030-01-01T00:00:00Z&until=2030-01-01T07:00:00Z', '?bucket'],
    ['bucket=hour&since=2030-01-01T00:00:00Z&until=2030-02-01T00:00:00Z', '?bucket'],
    ['bucket=day&since=2030-01-01T00:00:00Z&until=2031-01-01T00:00:00Z', '?bucket'],
  ])('refuses %s, and says what is allowed', async (query, pointer) => {
    const refused = await api.call(`GET /app/shop/stats?${query}`)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringMatching(/\.$/) }])
  })

  test('knows no endpoint of others, and takes times before there were computers', async () => {
    expect((await api.call('GET /app/other/stats?endpoint_id=ok')).status).toBe(404)
    expect(sums(await stats('since=1960-01-01T00:00:00Z&until=1960-01-01T05:00:00Z'))).toMatchObject({ deliveries: 0 })
  })
})
