import { createFakeClock } from '#platform/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startTestApi } from '../../../../../test/support/test-api.ts'
import { countDeliveries } from './count-deliveries.ts'

const MINUTE_MS = 60_000

test('reads no more than its budget, newest first, and then says from when on it counted everything', async () => {
  const clock = createFakeClock()
  const api = await startTestApi({}, { clock })
  onTestFinished(() => api.stop())
  const { store, committer, config } = api.deps
  await api.call('POST /app', { body: { name: 'Shop', uid: 'shop' } })
  const made = await api.call('POST /app/shop/endpoint', { body: { url: 'https://example.com/', uid: 'one', state: 'paused' } })
  const endpoint = String(made.body['id']) as `ep_${string}`
  const { id: application, version } = (await config.application('shop'))!
  const since = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS
  const accept = () => {
    const delivery = { id: api.deps.ids.make('dlv'), lane: endpoint, endpoint_id: endpoint, step_id: null, event_type: 'a.b' }
    const message = { id: api.deps.ids.make('msg'), application_id: application, event_id: null, event_type: 'a.b', channels: null }
    const deliveries = [{ ...delivery, created_at: clock.now(), request: null, body: null }]
    const inserted = { ...message, tags: null, run_id: null, created_at: clock.now(), payload: Buffer.from('{}'), deliveries, skipped: [] }
    return committer.accept({ application: { id: application, version }, dedups: [], request: null, runs: [], messages: [inserted] })
  }
  for (let minute = 0; minute < 6; minute++) {
    await Promise.all(Array.from({ length: 500 }, accept))
    clock.advance(MINUTE_MS)
  }
  const range = { bucketMs: MINUTE_MS, since, until: since + 6 * MINUTE_MS }
  const whole = await countDeliveries(store, { application, endpoint: null }, range)
  expect(whole.since).toBe(since)
  expect(whole.buckets.map(({ deliveries }) => deliveries)).toEqual([500, 500, 500, 500, 500, 500])
  const part = await countDeliveries(store, { application, endpoint }, { ...range, rowsMax: 2000 })
  expect(part.since).toBe(since + 3 * MINUTE_MS)
  expect(part.buckets.map(({ deliveries }) => deliveries)).toEqual([500, 500, 500])
  expect(part.buckets[0]).toMatchObject({ at: new Date(part.since).toISOString(), waiting: 500, successRate: null })
})
