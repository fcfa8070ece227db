import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
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

describe.each(['SQLite', 'PostgreSQL'])('events of flows, on %s', (engine) => {
  let events: TestApi
  let drop = async () => {}
  beforeAll(async () => {
    const database = engine === 'PostgreSQL' ? await freshDatabase() : undefined
    drop = async () => database?.drop()
    events = await startTestApi({}, database ? { databaseUrl: database.url } : {})
    await events.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await events.stop()
    await drop()
  })

  const publish = async (flow: object) => {
    const { body } = await events.call('POST /app/shop/flow', { body: flow })
    const { status } = await events.call(`POST /app/shop/flow/${String(body['id'])}/publish`)
    expect(status).toBe(200)
    return String(body['id'])
  }
  const runsOf = async (flow: string) =>
    ((await events.call(`GET /app/shop/run?flow=${flow}&limit=50`)).body as unknown as { data: (Run & { errorCode: string | null })[] })
      .data

  test('R2, R59: emit_event starts the flows that wait for it, with its payload to work on, exact to the digit', async () => {
    const emits = [
      { id: 'tell', kind: 'emit_event', eventType: 'stock.low', eventId: 'stock-{{ body.id }}', payload: { id: '{{ body.id }}' } },
    ]
    await publish({ name: 'Count', trigger: { kind: 'event', eventTypes: ['order.made'] }, steps: emits })
    const note = [{ id: 'note', kind: 'set_meta', meta: { id: '{{ body.id }}', type: '{{ trigger.eventType }}' } }]
    const reorder = await publish({ name: 'Reorder', trigger: { kind: 'event', eventTypes: ['stock.*'] }, steps: note })
    await events.call('POST /app/shop/msg', { body: '{"eventType":"order.made","payload":{"id":12345678901234567890}}' })
    await expect.poll(() => runsOf(reorder)).toMatchObject([{ status: 'ok', trigger: 'event', key: 'stock-12345678901234567890' }])
    const [run] = await runsOf(reorder)
    const { text } = await events.call(`GET /app/shop/run/${run!.id}`)
    expect(text).toContain('"meta":{"id":12345678901234567890,"type":"stock.low"}')
  })

  test('a flow that starts itself ends after 16 runs, in a fault that says so', async () => {
    const steps = [{ id: 'again', kind: 'emit_event', eventType: 'loop.turned', payload: { n: '{{ body.n }}' } }]
    const loop = await publish({ name: 'Loop', trigger: { kind: 'event', eventTypes: ['loop.*'] }, steps })
    await events.call('POST /app/shop/msg', { body: { eventType: 'loop.begun', payload: { n: 1 } } })
    const statuses = async () => (await runsOf(loop)).map(({ status, errorCode }) => errorCode ?? status)
    await expect.poll(statuses).toEqual(['chain_too_deep', ...Array.from({ length: 15 }, () => 'ok')])
    const [last] = await runsOf(loop)
    const { body } = await events.call(`GET /app/shop/run/${last!.id}`)
    expect(body).toMatchObject({
      status: 'ko',
      faults: [{ step_id: 'again', code: 'chain_too_deep', message: expect.stringContaining('16 flows') }],
    })
  })
})
