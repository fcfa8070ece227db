import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { noFailpoint } from '#platform'
import { createCollectingLog } from '#platform/testing'
import { CommitUnknownError, type Store } from '#store'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { Replays } from './replays.ts'

/** An application whose paused endpoint has failed deliveries, and a replay of them that nobody works on yet. */
async function withReplay(failed: number, ratePerSecond: number) {
  const api = await startTestApi()
  onTestFinished(() => api.stop())
  const { store } = api.deps
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const body = { url: 'https://example.com/', eventTypes: ['*'], state: 'paused' }
  await api.call('POST /app/shop/endpoint', { body })
  const deliveries: string[] = []
  for (let i = 0; i < failed; i++) {
    const message = String((await api.call('POST /app/shop/msg', { body: { eventType: 'a.b', payload: { i } } })).body['id'])
    const { id } = await tablesOf(store).selectFrom('delivery').select('id').where('message_id', '=', message).executeTakeFirstOrThrow()
    deliveries.push(id)
  }
  const update = tablesOf(store).updateTable('delivery').set({ status: 'failed', next_at: null, finished_at: 1 }).compile()
  const removal = tablesOf(store).deleteFrom('task').compile()
  await store.mutate({ statements: [{ query: update, rows: failed }, { query: removal }], application: null, audit: [] })
  const { id } = (await api.call('POST /app/shop/replay', { body: { ratePerSecond } })).body as unknown as { id: string }
  return { api, id, deliveries }
}

function work(api: TestApi, advanceReplay: Store['advanceReplay']) {
  const log = createCollectingLog()
  const { store, config, clock, ids } = api.deps
  const replays = new Replays({
    store: { queries: store.queries, logs: store.logs, advanceReplay },
    config,
    clock,
    ids,
    log,
    failpoint: noFailpoint,
  })
  onTestFinished(() => replays.stop())
  replays.start()
  return log
}

async function done(api: TestApi, id: string) {
  for (;;) {
    const { body } = await api.call(`GET /app/shop/replay/${id}`)
    if (String(body['status']) !== 'running') return body
    await wait(20)
  }
}

const queuedTimes = async ({ deps }: TestApi, deliveries: readonly string[]) => {
  const tasks = await tablesOf(deps.store).selectFrom('task').select('delivery').where('manual', '=', 1).execute()
  return deliveries.map((id) => tasks.filter(({ delivery }) => delivery === id).length)
}

test('a replay whose step was kept though nobody could know takes the next one, and queues each once', async () => {
  const { api, id, deliveries } = await withReplay(6, 2)
  let calls = 0
  const log = work(api, async (step) => {
    const result = await api.deps.store.advanceReplay(step)
    if (++calls === 1) throw new CommitUnknownError(new Error('the connection broke'))
    return result
  })
  expect(await done(api, id)).toMatchObject({ status: 'done', matched: 6, queued: 6 })
  expect(await queuedTimes(api, deliveries)).toEqual([1, 1, 1, 1, 1, 1])
  expect(log.entries.map(({ event }) => event)).toContain('replay.failed')
})

test('a replay whose step was refused takes it again', async () => {
  const { api, id, deliveries } = await withReplay(3, 1000)
  let calls = 0
  work(api, async (step) => {
    if (++calls === 1) throw new Error('the disk is full')
    return api.deps.store.advanceReplay(step)
  })
  expect(await done(api, id)).toMatchObject({ status: 'done', matched: 3, queued: 3 })
  expect(await queuedTimes(api, deliveries)).toEqual([1, 1, 1])
})

test('of two who work on the same replay, each delivery is queued by one', async () => {
  const { api, id, deliveries } = await withReplay(12, 6)
  let lost = 0
  for (let i = 0; i < 2; i++) {
    work(api, async (step) => {
      const result = await api.deps.store.advanceReplay(step)
      if (result.kind === 'lost') lost++
      return result
    })
  }
  expect(await done(api, id)).toMatchObject({ status: 'done', matched: 12, queued: 12 })
  expect(await queuedTimes(api, deliveries)).toEqual(deliveries.map(() => 1))
  expect(lost).toBeGreaterThan(0)
})
