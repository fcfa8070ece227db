import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { deliver: true, ...(database && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver(() => 200)
    for (const uid of ['shop', 'other']) await api.call('POST /app', { body: { uid, name: uid } })
    await api.call('POST /event-type', { body: { name: 'order.taken', description: 'x' } })
    await api.call('POST /app/shop/endpoint', { body: { uid: 'one', url: receiver.url, eventTypes: ['order.taken'] } })
    await api.call('POST /app/shop/listener', { body: { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } } })
    const take = [{ id: 'tell', kind: 'emit_event', eventType: 'order.taken', payload: { order: 1 } }]
    await publish('take', { kind: 'webhook', listener: 'orders' }, take)
    const book = [
      { id: 'wait', kind: 'delay', for: 0.01 },
      { id: 'erp', kind: 'send_webhook', url: receiver.url },
      { id: 'quiet', kind: 'emit_event', eventType: 'order.booked' },
    ]
    await publish('book', { kind: 'event', eventTypes: ['order.taken'] }, book)
  })
  afterAll(async () => {
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await drop?.()
  })

  const publish = async (uid: string, trigger: object, steps: object[]) => {
    expect((await api.call('POST /app/shop/flow', { body: { uid, name: uid, trigger, steps } })).status).toBe(201)
    expect((await api.call(`POST /app/shop/flow/${uid}/publish`)).status).toBe(200)
  }
  const trail = async (id: string, app = 'shop') => (await api.call(`GET /app/${app}/trail/${id}`)).body
  const parts = (found: Json, name: string) => found[name] as unknown as Json[]
  const idsOf = (found: Json, name: string) => parts(found, name).map((one) => String(one['id']))

  test('leads from each part of an event to what caused it and what it caused, and nobody else', async () => {
    const { body } = await api.call('GET /app/shop/listener/orders')
    const fields = { listener_id: String(body['id']), body: Buffer.from('{}'), body_bytes: 2 }
    const request = await acceptRequest(api, { app: 'shop', fields })
    await api.call(`POST /app/shop/request/${request}/replay`)
    const found = await vi.waitFor(
      async () => {
        const all = await trail(request)
        expect(parts(all, 'runs').map(({ status }) => status)).toEqual(['ok', 'ok'])
        expect(parts(all, 'deliveries').map(({ status }) => status)).toEqual(['delivered', 'delivered'])
        return all
      },
      { timeout: 20_000 },
    )
    const [take, book] = idsOf(found, 'runs')
    const [taken, booked] = idsOf(found, 'messages')
    expect(found).toMatchObject({
      ...{ here: { kind: 'request', id: request }, request: { id: request }, complete: true },
      runs: [
        { requestId: request, messageId: null },
        { requestId: null, messageId: taken, trigger: 'event', key: taken },
      ],
      messages: [
        { eventType: 'order.taken', runId: take },
        { eventType: 'order.booked', runId: book },
      ],
    })
    const toEndpoint = parts(found, 'deliveries').find(({ endpointId }) => endpointId !== null)!
    const ofStep = parts(found, 'deliveries').find(({ stepId }) => stepId !== null)!
    expect(toEndpoint).toMatchObject({ messageId: taken })
    expect(ofStep).toMatchObject({
      runId: book,
      stepId: 'erp',
      flowId: expect.stringMatching(/^flow_/),
      host: URL.parse(receiver.url)!.host,
    })

    const attemptOf = async (delivery: unknown) => idsOf((await api.call(`GET /app/shop/delivery/${delivery}/attempt`)).body, 'data')[0]!
    const [first, second] = [String(toEndpoint['id']), String(ofStep['id'])]
    const seen: [string, string, { runs: unknown[]; messages: unknown[]; deliveries: unknown[] }][] = [
      ['run', take!, { runs: [take, book], messages: [taken, booked], deliveries: [first, second].sort() }],
      ['message', taken!, { runs: [take, book], messages: [taken, booked], deliveries: [first, second].sort() }],
      ['run', book!, { runs: [take, book], messages: [taken, booked], deliveries: [second] }],
      ['message', booked!, { runs: [take, book], messages: [taken, booked], deliveries: [] }],
      ['delivery', first, { runs: [take], messages: [taken], deliveries: [first] }],
      ['attempt', await attemptOf(first), { runs: [take], messages: [taken], deliveries: [first] }],
      ['attempt', await attemptOf(second), { runs: [take, book], messages: [taken], deliveries: [second] }],
    ]
    for (const [kind, id, ids] of seen) {
      const same = await trail(id)
      expect(same).toMatchObject({ here: { kind, id }, request: { id: request }, complete: true })
      expect({ runs: idsOf(same, 'runs'), messages: idsOf(same, 'messages'), deliveries: idsOf(same, 'deliveries') }).toEqual(ids)
      expect((await api.call(`GET /app/other/trail/${id}`)).status).toBe(404)
    }
    expect((await api.call(`GET /app/other/trail/${request}`)).status).toBe(404)
    // The records of the steps name the same.
    const steps = parts((await api.call(`GET /app/shop/run/${book}/step`)).body, 'data')
    expect(steps).toMatchObject([
      { id: 'wait', deliveryId: null, messageId: null, waitsUntil: expect.stringMatching(/Z$/) },
      { id: 'erp', deliveryId: second, messageId: null, waitsUntil: null },
      { id: 'quiet', deliveryId: null, messageId: booked, waitsUntil: null },
    ])
  })

  test('a message of the API begins its own trail, and an id of nothing has none', async () => {
    const { body } = await api.call('POST /app/shop/msg', { body: { eventType: 'order.taken', eventId: 'A-7', payload: {} } })
    const message = String(body['id'])
    const found = await trail(message)
    expect(found).toMatchObject({ request: null, messages: [{ id: message, eventId: 'A-7' }] })
    expect(parts(found, 'runs')).toMatchObject([{ messageId: message, key: 'A-7' }])
    for (const id of ['nothing', 'req_0000000000000000000000', 'atmpt_0000000000000000000000'])
      expect((await api.call(`GET /app/shop/trail/${id}`)).body).toMatchObject({
        status: 404,
        detail: 'There is nothing with that id here. Give that of a request, run, message, delivery or attempt.',
      })
  })

  test('says that there is more than it shows', async () => {
    await publish('many', { kind: 'job' }, [
      {
        id: 'all',
        kind: 'for_each',
        items: Array.from({ length: 60 }, () => 0),
        steps: [{ id: 'one', kind: 'emit_event', eventType: 'nobody.wants' }],
      },
    ])
    const { body } = await api.call('POST /app/shop/run?wait=10', { body: { flow: 'many' } })
    const found = await trail(String(body['id']))
    expect(parts(found, 'messages')).toHaveLength(50)
    expect(found['complete']).toBe(false)
  })
})
