import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const flow = {
    name: 'Paid',
    trigger: { kind: 'event', eventTypes: ['invoice.*'] },
    steps: [{ id: 'note', kind: 'set_meta', meta: { number: '{{ body.number }}' } }],
  }
  const made = (await api.call('POST /app/shop/flow', { body: flow })).body as unknown as { id: string }
  await api.call(`POST /app/shop/flow/${made.id}/publish`)
})
afterAll(() => api.stop())

interface Run {
  readonly id: string
  readonly status: string
  readonly trigger: string
  readonly key: string
}

const runs = async (): Promise<Run[]> => ((await api.call('GET /app/shop/run')).body as unknown as { data: Run[] }).data

test('R2, R59: an event of the API starts the flows that wait for its type, with its data to work on', async () => {
  expect((await api.call('POST /app/shop/event', { body: { id: 'evt_7', type: 'invoice.paid', data: { number: 7 } } })).status).toBe(202)
  await expect.poll(runs).toMatchObject([{ status: 'ok', trigger: 'event', key: 'evt_7' }])
  const { body } = await api.call(`GET /app/shop/run/${(await runs())[0]!.id}`)
  expect(body).toMatchObject({ meta: { number: 7 } })
})

test('a message does so too; one of another type starts none', async () => {
  expect((await api.call('POST /app/shop/msg', { body: { eventType: 'invoice.sent', payload: { number: 8 } } })).status).toBe(202)
  expect((await api.call('POST /app/shop/msg', { body: { eventType: 'quote.sent', payload: { number: 9 } } })).status).toBe(202)
  await expect.poll(async () => (await runs()).map((run) => run.status)).toEqual(['ok', 'ok'])
})
