import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRetention } from '#coordination'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { silentLog } from '#platform/testing'
import { tablesOf } from '#store/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

describe('the body of an application', () => {
  test.each([
    [{}, '/name', 'required'],
    [{ name: '' }, '/name', 'has a name'],
    [{ name: 'x'.repeat(257) }, '/name', 'at most 256'],
    [{ name: 5 }, '/name', 'Give a string, not 5.'],
    [{ name: 'x', uid: 'a/b' }, '/uid', 'letters'],
    [{ name: 'x', uid: 'app_mine' }, '/uid', 'as ids do'],
    [{ name: 'x', metadata: [] }, '/metadata', 'Give an object, not an array.'],
    [{ name: 'x', throttleRate: 70_000 }, '/throttleRate', '1 to 65535'],
    [{ name: 'x', plan: 'gold' }, '/plan', 'basic, pro, unlimited'],
  ])('%j is refused at %s', async (body, pointer, words) => {
    const refused = await api.call('POST /app', { body })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test('is refused where the path names a uid that could not be one', async () => {
    for (const name of ['a%20b', 'app_short', 'x'.repeat(257)]) {
      const refused = await api.call(`PUT /app/${name}`, { body: { name: 'x' } })
      expect(refused.status).toBe(422)
      expect(refused.body['errors']).toMatchObject([{ pointer: '/uid' }])
    }
  })

  test('patches what it names and nothing else', async () => {
    await api.call('POST /app', { body: { name: 'Whole', uid: 'whole', metadata: { a: '1' }, throttleRate: 3, plan: 'pro' } })
    const { body } = await api.call('PATCH /app/whole', { body: { throttleRate: null } })
    expect(body).toMatchObject({ name: 'Whole', uid: 'whole', metadata: { a: '1' }, throttleRate: null, plan: 'pro' })
    expect((await api.call('PATCH /app/whole', { body: { uid: null } })).body).toMatchObject({ uid: null, plan: 'pro' })
  })
})

test('what waits for a deleted application ends with the next sweep', async () => {
  await api.call('POST /app', { body: { name: 'Gone', uid: 'gone' } })
  await api.call('POST /app/gone/endpoint', { body: { url: 'https://example.com/', state: 'paused' } })
  for (let i = 0; i < 3; i++) await api.call('POST /app/gone/msg', { body: { eventType: 'a', payload: {} } })
  expect((await api.call('DELETE /app/gone')).status).toBe(204)
  const { store, clock } = api.deps
  const retention = createRetention({ store, clock, log: silentLog, days: { logs: 30, files: 30, audit: 30 } })
  retention.start()
  const statuses = async () => (await tablesOf(store).selectFrom('delivery').select('status').execute()).map(({ status }) => status)
  while ((await statuses()).includes('waiting')) await wait(10)
  await retention.stop()
  expect(await statuses()).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect(await tablesOf(store).selectFrom('task').selectAll().execute()).toEqual([])
})
