import { createFakeClock } from '#platform/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startTestApi } from '../../../../../test/support/test-api.ts'
import { countByStatus, type CountRange } from './count-by-status.ts'

test('counts each delivery once, in however many windows it reads them', async () => {
  const clock = createFakeClock()
  const api = await startTestApi({}, { clock })
  onTestFinished(() => api.stop())
  await api.call('POST /app', { body: { name: 'Shop', uid: 'shop' } })
  await api.call('POST /event-type', { body: { name: 'a.b', description: '' } })
  for (const uid of ['one', 'two'])
    await api.call('POST /app/shop/endpoint', { body: { url: 'https://example.com/', uid, state: 'paused' } })
  const { id } = (await api.call('GET /app/shop/endpoint/one')).body
  const begin = clock.now()
  for (let minute = 0; minute < 23; minute++) {
    await api.call('POST /app/shop/msg', { body: { eventType: 'a.b', payload: { minute } } })
    clock.advance(60_000)
  }
  const newest = (await api.call('GET /app/shop/delivery?endpoint_id=one&limit=4')).body['data'] as unknown as { id: string }[]
  for (const delivery of newest) await api.call(`POST /app/shop/delivery/${delivery.id}/cancel`)

  const count = async (range: CountRange) => {
    const counts: Record<string, number> = {}
    for await (const one of countByStatus(api.deps.store, String(id), range)) counts[one.status] = (counts[one.status] ?? 0) + one.count
    return counts
  }
  const all = { since: null, until: null }
  expect(await count(all)).toEqual({ waiting: 19, cancelled: 4 })
  for (const windowRows of [1, 4, 5, 23, 24]) expect(await count({ ...all, windowRows })).toEqual({ waiting: 19, cancelled: 4 })
  const part = { since: begin + 2 * 60_000, until: begin + 12 * 60_000, windowRows: 5 }
  expect(await count(part)).toEqual({ waiting: 10 })
  expect(await count({ ...part, until: part.since })).toEqual({})
})
