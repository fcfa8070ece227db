import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi } from '../../../../../test/support/test-api.ts'

test.each(['sqlite', 'postgres'] as const)(
  'a flow has so many runs at a time, takes all that come at once, and runs them in order: %s',
  async (engine) => {
    const database = engine === 'postgres' ? await freshDatabase() : undefined
    const api = await startTestApi({}, database && { databaseUrl: database.url })
    try {
      await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
      const steps = [{ id: 'wait', kind: 'delay', for: 0.2 }]
      const flow = { uid: 'two', name: 'Two', trigger: { kind: 'job' }, concurrency: 2, steps }
      expect((await api.call('POST /app/shop/flow', { body: flow })).body).toMatchObject({ concurrency: 2, faults: [] })
      await api.call('POST /app/shop/flow/two/publish')
      const begun: string[] = []
      for (let n = 0; n < 7; n++) begun.push(String((await api.call('POST /app/shop/run', { body: { flow: 'two' } })).body['id']))
      const counts = async () => {
        const { data } = (await api.call('GET /app/shop/run?flow=two')).body as unknown as {
          data: { id: string; status: string; finishedAt: string }[]
        }
        return { waiting: data.filter(({ status }) => status === 'waiting').length, ok: data.filter(({ status }) => status === 'ok') }
      }
      let most = 0
      for (let now = await counts(); now.ok.length < begun.length; now = await counts()) most = Math.max(most, now.waiting)
      expect(most).toBeLessThanOrEqual(2)
      const ended = (await counts()).ok.toSorted((a, b) => a.finishedAt.localeCompare(b.finishedAt) || a.id.localeCompare(b.id))
      // Two at a time: which of them ends first is open.
      expect(new Set(ended.slice(0, 2).map(({ id }) => id))).toEqual(new Set(begun.slice(0, 2)))
      expect(begun.slice(-2)).toContain(ended.at(-1)!.id)
      // Published without: whoever waits goes on.
      await api.call('PATCH /app/shop/flow/two', { body: { steps: [{ id: 'wait', kind: 'delay', for: 'P1D' }] } })
      await api.call('POST /app/shop/flow/two/publish')
      for (let n = 0; n < 3; n++) await api.call('POST /app/shop/run', { body: { flow: 'two' } })
      await expect.poll(async () => (await counts()).waiting).toBe(2)
      const { concurrency: _, ...free } = flow
      await api.call('PUT /app/shop/flow/two', { body: free })
      await api.call('POST /app/shop/flow/two/publish')
      await expect.poll(async () => (await counts()).waiting).toBe(3)
    } finally {
      await api.stop()
      await database?.drop()
    }
  },
)
