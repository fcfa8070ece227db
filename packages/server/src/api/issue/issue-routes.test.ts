import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const issuesOf = async (api: TestApi, app: string) => {
  const { body } = await api.call(`GET /app/${app}/issue`)
  expect(body['complete']).toBe(true)
  return body['data'] as unknown as Json[]
}

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { deliver: true, ...(database && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver(({ path }) => ({ '/gone': 410, '/bad': 503 })[path] ?? 200)
  })
  afterAll(async () => {
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await drop?.()
  })

  /** An application with an endpoint that is sent so many messages. */
  const scene = async (app: string, path: string, messages: number) => {
    await api.call('POST /app', { body: { uid: app, name: app } })
    const made = await api.call(`POST /app/${app}/endpoint`, { body: { uid: 'one', url: `${receiver.url}/${path}` } })
    for (let i = 0; i < messages; i++) await api.call(`POST /app/${app}/msg`, { body: { eventType: 'a.b', payload: {} } })
    return String(made.body['id'])
  }
  /** What there is once something is found. */
  const found = async (app: string) => {
    for (;;) {
      const issues = await issuesOf(api, app)
      if (issues.length > 0) return issues
      await wait(20)
    }
  }

  test("finds nothing where all is well, and an endpoint that was disabled by hand is nobody else's matter", async () => {
    await scene('well', 'fine', 1)
    await api.call('PATCH /app/well/endpoint/one', { body: { state: 'disabled' } })
    expect(await issuesOf(api, 'well')).toEqual([])
  })

  test('finds an endpoint that was disabled for its answer, until somebody enables it', async () => {
    const id = await scene('shop', 'gone', 1)
    const [issue, ...others] = await found('shop')
    expect(others).toEqual([])
    expect(issue).toMatchObject({
      ...{ id: `endpoint_disabled:${id}`, kind: 'endpoint_disabled', target: { kind: 'endpoint', id }, count: 0, countOf: 'events' },
      reason: expect.stringMatching(/was disabled because it answered 410 Gone\.$/),
    })
    await api.call('POST /app/shop/msg', { body: { eventType: 'a.b', payload: {} } })
    await api.call('PATCH /app/shop/endpoint/one', { body: { description: 'Still off' } })
    expect(await issuesOf(api, 'shop')).toMatchObject([{ kind: 'endpoint_disabled', count: 1 }])
    await api.call('PATCH /app/shop/endpoint/one', { body: { state: 'paused' } })
    expect(await issuesOf(api, 'shop')).toEqual([])
  })

  test('finds an open circuit, with the attempts that failed in a row and since when', async () => {
    const before = Date.now()
    const id = await scene('busy', 'bad', 6)
    const [issue] = await found('busy')
    expect(issue).toMatchObject({ kind: 'circuit_open', target: { id }, countOf: 'attempts' })
    expect(Number(issue!['count'])).toBeGreaterThanOrEqual(5)
    expect(Date.parse(String(issue!['firstSeen']))).toBeGreaterThanOrEqual(before)
  })

  test('finds wrong signatures above one in a hundred, and runs that ended in KO', async () => {
    await api.call('POST /app', { body: { uid: 'in', name: 'In' } })
    const listener = { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } }
    const listener_id = String((await api.call('POST /app/in/listener', { body: listener })).body['id'])
    const failing = { uid: 'failing', name: 'Failing', trigger: { kind: 'job' }, steps: [{ id: 'no', kind: 'fail', code: 'no_stock' }] }
    await api.call('POST /app/in/flow', { body: failing })
    await api.call('POST /app/in/flow/failing/publish')
    for (let i = 0; i < 100; i++) await acceptRequest(api, { app: 'in', fields: { listener_id } })
    const wrong = { listener_id, status: 'rejected', reason: 'signature_mismatch', reply_status: 401 } as const
    await acceptRequest(api, { app: 'in', fields: wrong })
    expect(await issuesOf(api, 'in')).toEqual([])
    await acceptRequest(api, { app: 'in', fields: wrong })
    expect((await api.call('POST /app/in/run?wait=10', { body: { flow: 'failing', document: {} } })).body).toMatchObject({ status: 'ko' })
    expect(await issuesOf(api, 'in')).toMatchObject([
      { kind: 'wrong_signatures', target: { id: listener_id, name: 'Orders' }, count: 2, countOf: 'requests' },
      { kind: 'runs_ko', target: { kind: 'flow', name: 'Failing' }, count: 1, countOf: 'runs', reason: '1 run of Failing ended in KO.' },
    ])
  })

  test('finds that the hour of the plan is nearly used up', async () => {
    await api.call('POST /plan', { body: { name: 'tiny', deliveriesPerHour: 10 } })
    await scene('small', 'fine', 0)
    await api.call('PATCH /app/small', { body: { plan: 'tiny' } })
    for (let i = 0; i < 10; i++) await api.call('POST /app/small/msg', { body: { eventType: 'a.b', payload: {} } })
    expect(await found('small')).toMatchObject([{ kind: 'plan_hour', count: 10, countOf: 'deliveries' }])
  })
})

test('finds deliveries that nobody takes, and none that an endpoint holds', async () => {
  const clock = createFakeClock()
  const api = await startTestApi({}, { clock })
  onTestFinished(() => api.stop())
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/endpoint', { body: { uid: 'one', url: 'https://example.com/' } })
  await api.call('POST /app/shop/msg', { body: { eventType: 'a.b', payload: {} } })
  clock.advance(59_000)
  expect(await issuesOf(api, 'shop')).toEqual([])
  clock.advance(62_000)
  expect(await issuesOf(api, 'shop')).toMatchObject([
    { kind: 'backlog', count: 1, reason: '1 delivery to 1 receiver wait, the oldest for 2 minutes longer than planned.' },
  ])
  await api.call('PATCH /app/shop/endpoint/one', { body: { state: 'paused' } })
  expect(await issuesOf(api, 'shop')).toEqual([])
})

test('finds that the store takes no writes', async () => {
  let file: { pragma(text: string): unknown } | undefined
  const api = await startTestApi({}, { sqliteOpened: (opened) => (file = opened) })
  onTestFinished(() => api.stop())
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  file!.pragma('query_only = on')
  expect(await issuesOf(api, 'shop')).toMatchObject([
    { id: 'store_trouble:server', kind: 'store_trouble', target: { kind: 'server', id: null } },
  ])
  file!.pragma('query_only = off')
})
