import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { countRequests } from './request-stats.ts'

const MINUTE_MS = 60_000
const rejected = { status: 'rejected', reason: 'signature_mismatch', reply_status: 401 } as const

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let drop: (() => Promise<void>) | undefined
  const listeners: string[] = []
  const flows: string[] = []
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { ...(database && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    for (const uid of ['orders', 'stock']) {
      const listener = { uid, name: uid, suffix: `/${uid}`, auth: { kind: 'none' } }
      listeners.push(String((await api.call('POST /app/shop/listener', { body: listener })).body['id']))
      const flow = { uid, name: uid, trigger: { kind: 'webhook', listener: uid }, steps: [{ id: 'done', kind: 'stop' }] }
      flows.push(String((await api.call('POST /app/shop/flow', { body: flow })).body['id']))
    }
    const [orders, stock] = listeners
    const now = Date.now()
    const run = (flow: number, tookMs: number) => ({ flow_id: flows[flow]!, reply: 200, created_at: now, finished_at: now + tookMs })
    for (const tookMs of [10, 20, 30]) await acceptRequest(api, { app: 'shop', fields: { listener_id: orders! }, run: run(0, tookMs) })
    await acceptRequest(api, { app: 'shop', fields: { listener_id: stock! }, run: run(1, 500) })
    await acceptRequest(api, { app: 'shop', fields: { listener_id: stock!, ...rejected } })
  })
  afterAll(async () => {
    await api.stop()
    await drop?.()
  })

  const stats = async (path: string, app = 'shop') => (await api.call(`GET /app/${app}/stats/${path}`)).body
  const list = (json: Json | undefined) => json as unknown as Json[]
  const sum = (answer: Json, name: string) => list(answer['buckets']).reduce((total, bucket) => total + Number(bucket[name]), 0)

  test('counts requests by what became of them, over time', async () => {
    for (const bucket of ['minute', 'hour', 'day']) {
      const answer = await stats(`request?bucket=${bucket}`)
      expect(answer).toMatchObject({ bucket, complete: true, groups: null })
      const sums = ['requests', 'accepted', 'duplicate', 'rejected'].map((name) => sum(answer, name))
      expect(sums).toEqual([5, 4, 0, 1])
    }
    expect(sum(await stats('request?listener=stock'), 'requests')).toBe(2)
    expect(sum(await stats('request', 'other'), 'requests')).toBe(0)
  })

  test('groups requests by listener, status or reason, the largest first', async () => {
    const byListener = list((await stats('request?group_by=listener'))['groups'])
    expect(byListener).toMatchObject([
      { key: listeners[0], requests: 3, rejected: 0 },
      { key: listeners[1], requests: 2, rejected: 1 },
    ])
    // The rows that somebody looks at, however small they are; of what is not there nothing is said.
    expect(list((await stats(`request?group_by=listener&groups=${listeners[1]},lst_none`))['groups'])).toMatchObject([
      { key: listeners[1], requests: 2 },
    ])
    expect(list((await stats(`run?group_by=flow&groups=${flows[1]}`))['groups'])).toMatchObject([{ key: flows[1], runs: 1 }])
    const counted = (group: Json, name: string) => (group[name] as unknown as number[]).reduce((all, one) => all + one, 0)
    expect([counted(byListener[1]!, 'counts'), counted(byListener[1]!, 'refusals')]).toEqual([2, 1])
    expect(list((await stats('request?group_by=status'))['groups'])).toMatchObject([
      { key: 'accepted', requests: 4 },
      { key: 'rejected', requests: 1 },
    ])
    expect(list((await stats('request?group_by=reason'))['groups'])).toMatchObject([
      { key: null, requests: 4 },
      { key: 'signature_mismatch', requests: 1 },
    ])
  })

  test('counts runs by how they ended and how long they took, over time and by flow', async () => {
    const answer = await stats('run?bucket=day&group_by=flow')
    expect(['runs', 'ok', 'ko', 'unfinished'].map((name) => sum(answer, name))).toEqual([4, 4, 0, 0])
    expect(answer['groups']).toMatchObject([
      { key: flows[0], runs: 3, ok: 3, tookMsP50: 20, tookMsP95: 30, tookMsP99: 30 },
      { key: flows[1], runs: 1, tookMsP50: 500, tookMsP95: 500 },
    ])
    expect(sum(await stats('run?flow=stock'), 'runs')).toBe(1)
    expect(list((await stats('run?group_by=status'))['groups'])).toMatchObject([{ key: 'ok', runs: 4 }])
    expect(sum(await stats('run', 'other'), 'runs')).toBe(0)
  })

  test.for(['request?listener=none', 'run?flow=none', 'request?group_by=ip', 'run?groups=flow_a'])(
    'refuses %s by its name',
    async (path) => {
      const refused = await api.call(`GET /app/shop/stats/${path}`)
      expect(refused.status).toBe(422)
      expect(refused.body['errors']).toMatchObject([{ pointer: `?${path.split('?')[1]!.split('=')[0]}` }])
    },
  )
})

test('spends its budget on the newest of all listeners, and says from when on it counted everything', async () => {
  const clock = createFakeClock()
  const api = await startTestApi({}, { clock })
  onTestFinished(() => api.stop())
  await api.call('POST /app', { body: { name: 'Shop', uid: 'shop' } })
  const since = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS
  const [busy, quiet] = ['lst_busy', 'lst_quiet']
  for (let minute = 0; minute < 4; minute++) {
    await acceptRequest(api, { app: 'shop', fields: { listener_id: quiet, received_at: clock.now() } })
    await Promise.all(
      Array.from({ length: 1000 }, () => acceptRequest(api, { app: 'shop', fields: { listener_id: busy, received_at: clock.now() } })),
    )
    clock.advance(MINUTE_MS)
  }
  const range = { bucketMs: MINUTE_MS, since, until: since + 4 * MINUTE_MS }
  const count = async (rowsMax: number) => {
    const counting = { listeners: [quiet, busy], range, key: ({ listener_id }: { listener_id: string | null }) => listener_id, rowsMax }
    const { tallies, since: from } = await countRequests(api.deps, counting)
    const counted = { since: from, until: range.until }
    return { from, counts: tallies.buckets(counted).map(({ tally }) => tally.count), groups: tallies.groups(counted) }
  }
  expect(await count(100_000)).toMatchObject({ from: since, counts: [1001, 1001, 1001, 1001] })
  const part = await count(2000)
  expect(part.counts.every((one) => one === 1001)).toBe(true)
  expect(part.from).toBe(since + (4 - part.counts.length) * MINUTE_MS)
  expect(part.counts.length).toBeLessThan(4)
  expect(part.groups.map(({ key, all }) => [key, all.count])).toEqual([
    [busy, part.counts.length * 1000],
    [quiet, part.counts.length],
  ])
})
