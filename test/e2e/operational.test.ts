import { setTimeout as pause } from 'node:timers/promises'
import { verify } from '@posthorn/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { startWholeServer, type Json, type WholeServer } from './whole-server.ts'

/** What the operator was told, its signature checked. */
interface Notification {
  readonly type: string
  readonly business_id: string
  readonly data: Json
}

/** Tells a receiver's answers apart by the first segment of the path. */
const answers = new Map<string, number>()

describe.each(['sqlite', 'postgres'] as const)('operational messages on %s', (engine) => {
  let server: WholeServer
  let operator: RecordingReceiver
  let customer: RecordingReceiver
  let secret = ''
  const shop = { id: '', uid: 'shop' }

  beforeAll(async () => {
    server = await startWholeServer({ engine })
    operator = await startRecordingReceiver()
    customer = await startRecordingReceiver(({ path }) => answers.get(path) ?? 200)
    secret = String((await server.make('POST /app/posthorn/endpoint', { url: operator.url, uid: 'operator' }))['secret'])
    shop.id = String((await server.make('POST /app', { name: 'Shop', uid: shop.uid }))['id'])
  })
  afterAll(async () => {
    await server.stop()
    await operator[Symbol.asyncDispose]()
    await customer[Symbol.asyncDispose]()
  })

  const opened = ({ headers, body }: Received): Notification => {
    const checked = verify({
      ...{ profile: 'standard', secrets: [secret], body, nowSeconds: Date.now() / 1000 },
      headers: headers as Record<string, string>,
    })
    expect(checked).toMatchObject({ ok: true })
    return JSON.parse(body.toString()) as Notification
  }

  /** The messages of the types about what is named `about`, when as many have come. */
  const said = async (types: readonly string[], about: string): Promise<readonly Notification[]> => {
    for (;;) {
      const fitting = operator.received
        .map(opened)
        .filter(({ type, data }) => types.includes(type) && Object.values(data).includes(about as never))
      if (fitting.length >= types.length) return fitting.toSorted((a, b) => types.indexOf(a.type) - types.indexOf(b.type))
      await operator.after(operator.received.length)
    }
  }

  const endpoint = async (uid: string, part: object = {}): Promise<string> =>
    String((await server.make('POST /app/shop/endpoint', { url: `${customer.url}/${uid}`, uid, channels: [uid], ...part }))['id'])
  const send = async (uid: string): Promise<Json> =>
    server.make('POST /app/shop/msg', { eventType: 'invoice.paid', channels: [uid], payload: { n: 1 }, eventId: `${uid}-1` })

  test('have an application from the first start, which lists of applications leave out', async () => {
    const uids = async (query: string) =>
      ((await server.make(`GET /app${query}`))['data'] as unknown as { uid: string }[]).map(({ uid }) => uid)
    expect(await uids('')).toEqual(['default', 'shop'])
    expect(await uids('?include_system=true')).toEqual(['posthorn', 'default', 'shop'])
  })

  test('say that a message is failing and that it recovered', async () => {
    answers.set('/flaky', 503)
    const id = await endpoint('flaky', { retryPolicy: { waitsSeconds: [1, 1, 1, 1, 1, 1], jitter: 0 } })
    const message = await send('flaky')
    const [failing] = await said(['message.attempt.failing'], id)
    answers.set('/flaky', 204)
    const [recovered] = await said(['message.attempt.recovered'], id)
    const about = {
      ...{ applicationId: shop.id, appId: shop.id, appUid: 'shop', endpointId: id, endpointUid: 'flaky' },
      ...{ msgId: message['id'], msgEventId: 'flaky-1', deliveryId: expect.stringMatching(/^dlv_/) },
    }
    const attempt = { id: expect.stringMatching(/^atmpt_/), timestamp: expect.stringMatching(/^\d{4}-.*Z$/) }
    expect(failing).toMatchObject({
      ...{ type: 'message.attempt.failing', business_id: 'posthorn' },
      data: { ...about, failure: 'http_503', lastAttempt: { ...attempt, responseStatusCode: 503 } },
    })
    expect(recovered).toMatchObject({ data: { ...about, failure: null, lastAttempt: { ...attempt, responseStatusCode: 204 } } })
    const all = operator.received.map(opened).filter(({ data }) => String(data['endpointId']) === id)
    expect(all.map(({ type }) => type)).toEqual(['endpoint.created', 'message.attempt.failing', 'message.attempt.recovered'])
  })

  test('say that no attempt follows, and that an endpoint was disabled by an answer 410', async () => {
    answers.set('/broken', 500)
    const broken = await endpoint('broken', { retryPolicy: { waitsSeconds: [], jitter: 0 } })
    await send('broken')
    const [exhausted] = await said(['message.attempt.exhausted'], broken)
    expect(exhausted!.data).toMatchObject({ endpointUid: 'broken', failure: 'http_500', lastAttempt: { responseStatusCode: 500 } })

    answers.set('/gone', 410)
    const gone = await endpoint('gone')
    await send('gone')
    const [disabled, last] = await said(['endpoint.disabled', 'message.attempt.exhausted'], gone)
    const lastAttempt = last!.data['lastAttempt']!
    expect(disabled!.data).toEqual({
      ...{ applicationId: shop.id, appId: shop.id, appUid: 'shop', endpointId: gone, endpointUid: 'gone' },
      ...{ failSince: lastAttempt['timestamp'], trigger: 'automatic' },
    })
    expect(await server.make('GET /app/shop/endpoint/gone')).toMatchObject({ disabled: true })
  })

  test('report each change of an endpoint, and who disabled it', async () => {
    const id = await endpoint('changed')
    await server.make('PATCH /app/shop/endpoint/changed', { disabled: true })
    await server.make('PATCH /app/shop/endpoint/changed', { disabled: false })
    await server.make('PATCH /app/shop/endpoint/changed/headers', { headers: { 'X-A': '1' } })
    await server.make('POST /app/shop/endpoint/changed/secret/rotate', {})
    await server.make('DELETE /app/shop/endpoint/changed')
    const types = [
      ...['endpoint.created', 'endpoint.updated', 'endpoint.updated', 'endpoint.updated', 'endpoint.updated'],
      ...['endpoint.disabled', 'endpoint.enabled', 'endpoint.deleted'],
    ]
    const all = await said(types, id)
    expect(all.map(({ type }) => type)).toEqual(types)
    expect(all.find(({ type }) => type === 'endpoint.disabled')!.data).toMatchObject({ trigger: 'manual', failSince: null })
  })

  test('say how runs end', async () => {
    for (const [uid, step] of [
      ['works', { id: 'end', kind: 'stop' }],
      ['fails', { id: 'no', kind: 'fail', code: 'no_stock', message: 'Nothing is left.' }],
    ] as const) {
      await server.make('POST /app/shop/flow', { uid, name: uid, trigger: { kind: 'job' }, steps: [step] })
      await server.make(`POST /app/shop/flow/${uid}/publish`)
    }
    const run = async (flow: string) => String((await server.make('POST /app/shop/run', { flow, key: `of-${flow}` }))['id'])
    const [works, fails] = [await run('works'), await run('fails')]
    const [succeeded] = await said(['run.succeeded'], works)
    const [failed] = await said(['run.failed'], fails)
    expect(succeeded!.data).toMatchObject({
      appUid: 'shop',
      flowVersion: 1,
      key: 'of-works',
      trigger: 'job',
      requestId: null,
      errorCode: null,
    })
    expect(failed!.data).toMatchObject({ key: 'of-fails', errorCode: 'no_stock' })
  })

  test("report nothing of the operator's own application", async () => {
    answers.set('/deaf', 410)
    await server.make('POST /app/posthorn/endpoint', { url: `${customer.url}/deaf`, uid: 'deaf', eventTypes: ['endpoint.created'] })
    const id = await endpoint('after')
    await said(['endpoint.created'], id)
    while (!(await server.make('GET /app/posthorn/endpoint/deaf'))['disabled']) await pause(20)
    await server.make('DELETE /app/shop/endpoint/after')
    await said(['endpoint.deleted'], id)
    const own = await server.make('GET /app/posthorn')
    expect(operator.received.map(opened).filter(({ data }) => data['applicationId'] === own['id'])).toEqual([])
  })
})
