import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProduct } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched, startWholeServer, type Json, type WholeServer } from './whole-server.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKeyText = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

/** As SendGrid signs. */
function signed(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign('sha256', Buffer.from(timestamp + body), privateKey).toString('base64')
  return {
    ...{ method: 'POST', body },
    headers: {
      'Content-Type': 'application/json',
      'X-Twilio-Email-Event-Webhook-Signature': signature,
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
    },
  }
}

/** What may wait for another process's turn on a busy machine. */
const SOON = { timeout: 15_000 }

const mail = (id: string, event = 'delivered') => ({ email: `${id}@example.com`, event, sg_event_id: id })
const flow = (url: string) => ({
  ...{ uid: 'mails', name: 'Mails', trigger: { kind: 'webhook', listener: 'mails' } },
  steps: [
    { id: 'note', kind: 'set_meta', meta: { type: '{{ trigger.eventType }}', mail: '{{ body.email }}', agent: '{{ headers.x-agent }}' } },
    { id: 'tell', kind: 'send_webhook', url, event: 'mail' },
  ],
})
const listener = (auth: object) => ({ uid: 'mails', name: 'Mails', suffix: '/mails', system: 'sendgrid', split: {}, auth })

describe.each(['sqlite', 'postgres'] as const)('many events in one request, on %s', (engine) => {
  let server: WholeServer
  let receiver: RecordingReceiver
  beforeAll(async () => {
    server = await startWholeServer({ engine })
    receiver = await startRecordingReceiver()
    await server.make('POST /app/default/listener', listener({ kind: 'preset', secrets: [publicKeyText] }))
    await server.make('POST /app/default/flow', flow(receiver.url))
    await server.make('POST /app/default/flow/mails/publish')
  })
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]()
    await server.stop()
  })
  const send = (events: unknown) => fetched(`${server.ingressUrl}/in/default/mails`, signed(JSON.stringify(events)))
  const heard = () =>
    receiver.received
      .map(({ body }) => (JSON.parse(body.toString()) as { meta: { type: string; mail: string } }).meta)
      .map(({ type, mail: to }) => `${type} ${to}`)
  const runsOf = async (request: Json) =>
    ((await server.make(`GET /app/default/request/${String(request['requestId'])}`))['runs'] as unknown as Json[]) ?? []

  test('R89: each starts a run of its own, copies are answered one by one, and there is one answer', async () => {
    const first = await send([mail('a'), mail('b', 'open'), mail('a')])
    expect([first.status, first.json]).toEqual([200, { ok: true, requestId: expect.stringMatching(/^req_/) }])
    await expect.poll(() => heard().toSorted(), SOON).toEqual(['delivered a@example.com', 'open b@example.com'])

    const second = await send([mail('b', 'open'), mail('c')])
    expect(second.status).toBe(200)
    await expect.poll(() => heard().toSorted(), SOON).toEqual(['delivered a@example.com', 'delivered c@example.com', 'open b@example.com'])
    const copy = await send([mail('c'), mail('a')])
    expect([copy.status, copy.json]).toEqual([200, second.json])
    const { data } = await server.make('GET /app/default/request?status=duplicate')
    expect(data).toHaveLength(1)
    expect((await send([])).status).toBe(200)
    expect(heard()).toHaveLength(3)
  })

  test('R89: what runs work on can be tried, run again and replayed, event by event', async () => {
    const { json } = await send([mail('d'), mail('e')])
    const id = String(json['requestId'])
    await expect.poll(() => heard().length, SOON).toBe(5)
    const tried = await server.make('POST /app/default/flow/mails/test', { request: id })
    expect(tried['meta']).toMatchObject({ mail: 'd@example.com' })
    const replayed = await server.make(`POST /app/default/request/${id}/replay`, {})
    expect(replayed['runs']).toHaveLength(2)
    await expect.poll(() => heard().slice(5).toSorted(), SOON).toEqual(['delivered d@example.com', 'delivered e@example.com'])
    await server.make(`POST /app/default/run/${String((await runsOf(json))[1]!['id'])}/again`, {})
    await expect.poll(() => heard().slice(7), SOON).toEqual(['delivered e@example.com'])
  })

  test('a body that is no list is one event, and a list that is too long is refused', async () => {
    const before = heard().length
    expect((await send(mail('f'))).status).toBe(200)
    await expect.poll(() => heard().slice(before), SOON).toEqual(['null f@example.com'])
    const refused = await send(Array.from({ length: 1001 }, (_, i) => i))
    expect([refused.status, refused.json['code']]).toEqual([413, 'too_many_events'])
  })

  test('a thousand of a large body are all run', async () => {
    await server.make('POST /app/default/listener', {
      uid: 'bulk',
      name: 'Bulk',
      suffix: '/bulk',
      auth: { kind: 'none' },
      split: { items: 'body.rows' },
      dedup: { key: 'item.n' },
    })
    await server.make('POST /app/default/flow', {
      uid: 'bulk',
      name: 'Bulk',
      trigger: { kind: 'webhook', listener: 'bulk' },
      steps: [{ id: 'n', kind: 'set_meta', meta: { n: '{{ body.n }}' } }],
    })
    await server.make('POST /app/default/flow/bulk/publish')
    const body = JSON.stringify({ rows: Array.from({ length: 1000 }, (_, n) => ({ n, text: 'x'.repeat(200) })) })
    const post = () =>
      fetched(`${server.ingressUrl}/in/default/bulk`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    const { status, json } = await post()
    expect(status).toBe(202)
    expect(await runsOf(json)).toHaveLength(1000)
    await expect
      .poll(async () => (await runsOf(json)).every((run) => String(run['status']) === 'ok'), { timeout: 20_000, interval: 200 })
      .toBe(true)
    expect((await post()).json['requestId']).toBe(json['requestId'])
  })

  test('events of equal content count each for itself, whoever runs them once more, however often', async () => {
    await server.make('POST /app/default/listener', {
      ...{ uid: 'equal', name: 'Equal', suffix: '/equal', auth: { kind: 'none' }, split: { items: 'body' } },
    })
    for (const uid of ['equal', 'beside']) {
      await server.make('POST /app/default/flow', {
        ...{ uid, name: uid, trigger: { kind: 'webhook', listener: 'equal' } },
        steps: [{ id: 'n', kind: 'set_meta', meta: { n: '{{ body.n }}' } }],
      })
      await server.make(`POST /app/default/flow/${uid}/publish`)
    }
    const send = async (events: unknown) => {
      const init = { method: 'POST', body: JSON.stringify(events), headers: { 'Content-Type': 'application/json' } }
      return (await fetched(`${server.ingressUrl}/in/default/equal`, init)).json
    }
    const request = await send([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 2 }])
    const one = await send({ n: 3 })
    const metas = async (runs: readonly Json[]) =>
      (
        await Promise.all(
          runs.map(async ({ id }) => (await server.make(`GET /app/default/run/${String(id)}`))['meta'] as unknown as { n: number }),
        )
      )
        .map(({ n }) => n)
        .toSorted((a, b) => a - b)
    const runs = await runsOf(request)
    expect(runs).toHaveLength(8)
    const path = `/app/default/request/${String(request['requestId'])}`
    for (const replayed of [await server.make(`POST ${path}/replay`, {}), await server.make(`POST ${path}/replay`, { flow: 'equal' })])
      expect((replayed['runs'] as unknown as Json[]).length % 4).toBe(0)
    await server.make(`POST /app/default/run/${String(runs[0]!['id'])}/again`, {})

    // Together with others each request is one, and each of its events runs.
    const before = (await runsOf(request)).length
    const begun = await server.make('POST /app/default/request/replay', { filter: { listenerId: 'equal' }, ratePerSecond: 1000 })
    await expect
      .poll(() => server.make(`GET /app/default/replay/${String(begun['id'])}`), { timeout: 20_000 })
      .toMatchObject({ status: 'done', matched: 2, queued: 2, skipped: 0 })
    const added = (await runsOf(request)).slice(before)
    expect(added).toHaveLength(8)
    await expect.poll(() => metas(added), SOON).toEqual([1, 1, 1, 1, 1, 1, 2, 2])
    expect(await metas((await runsOf(one)).slice(-2))).toEqual([3, 3])
  })

  test('R89: what came before anybody took it, or before it was split, is replayed and tried event by event', async () => {
    const about = { name: 'Late', suffix: '/late', auth: { kind: 'none' }, eventType: 'item.kind' }
    await server.make('POST /app/default/listener', { ...about, uid: 'late', eventType: 'body.kind' })
    const post = async (events: unknown) => {
      const init = { method: 'POST', body: JSON.stringify(events), headers: { 'Content-Type': 'application/json' } }
      return String((await fetched(`${server.ingressUrl}/in/default/late`, init)).json['requestId'])
    }
    const note = {
      ...{ uid: 'late', name: 'Late', trigger: { kind: 'webhook', listener: 'late' } },
      steps: [{ id: 'n', kind: 'set_meta', meta: { n: '{{ body.n }}', type: '{{ trigger.eventType }}' } }],
    }
    const event = (n: number) => ({ n, kind: `k${n}` })
    const padded = { text: 'x'.repeat(100_000) }
    // Nobody took it; then it was taken whole; then listeners learnt to split.
    const untaken = await post([event(1), event(2), event(2)])
    await server.make('POST /app/default/flow', note)
    await server.make('POST /app/default/flow/late/publish')
    const whole = await post([event(3), { ...event(4), ...padded }])
    const none = await post([])
    await server.make('PUT /app/default/listener/late', { ...about, uid: 'late', split: { items: 'body' }, dedup: { key: 'item.n' } })
    const single = await post(event(5))

    const metasOf = async (request: string) => {
      const { runs = [] } = (await server.make(`GET /app/default/request/${request}`)) as { runs?: Json }
      const all = runs as unknown as Json[]
      const rows = await Promise.all(all.map(({ id }) => server.make(`GET /app/default/run/${String(id)}`)))
      return rows.map(({ meta }) => Object.values(meta as unknown as object).join(' ')).toSorted()
    }
    const events = ['1 k1', '2 k2', '2 k2']
    await server.make(`POST /app/default/request/${untaken}/replay`, {})
    await expect.poll(() => metasOf(untaken), SOON).toEqual(events)
    const tried = await server.make('POST /app/default/flow/late/test', { request: whole })
    expect(tried['meta']).toEqual({ n: 3, type: 'k3' })
    expect((await server.make(`POST /app/default/request/${none}/replay`, {}))['runs']).toEqual([])

    const begun = await server.make('POST /app/default/request/replay', { filter: { listenerId: 'late' }, ratePerSecond: 1000 })
    await expect
      .poll(() => server.make(`GET /app/default/replay/${String(begun['id'])}`), { timeout: 20_000 })
      .toMatchObject({ status: 'done', matched: 4, queued: 3, skipped: 1 })
    await expect.poll(() => metasOf(untaken), SOON).toEqual([...events, ...events].toSorted())
    await expect.poll(async () => (await metasOf(whole)).slice(1), SOON).toEqual(['3 k3', '4 k4'])
    expect(await metasOf(single)).toHaveLength(2)
  })

  test('those in each item of another list are events too, each with a key of its own', async () => {
    await server.make('POST /app/default/listener', {
      ...{ uid: 'meta', name: 'Meta', suffix: '/meta', auth: { kind: 'none' }, split: { items: 'body.entry[].changes' } },
      ...{ dedup: { key: 'item.value.id' }, eventType: 'item.field' },
    })
    await server.make('POST /app/default/flow', {
      ...{ uid: 'meta', name: 'Meta', trigger: { kind: 'webhook', listener: 'meta' } },
      steps: [{ id: 'n', kind: 'set_meta', meta: { id: '{{ body.value.id }}', type: '{{ trigger.eventType }}' } }],
    })
    await server.make('POST /app/default/flow/meta/publish')
    const change = (id: string) => ({ field: 'messages', value: { id } })
    const post = async (...entries: string[][]) => {
      const body = JSON.stringify({ object: 'page', entry: entries.map((ids) => ({ changes: ids.map(change) })) })
      const headers = { 'Content-Type': 'application/json' }
      return (await fetched(`${server.ingressUrl}/in/default/meta`, { method: 'POST', body, headers })).json
    }
    const first = await runsOf(await post(['a', 'b'], ['c']))
    expect(first).toHaveLength(3)
    const second = await runsOf(await post(['b'], ['d', 'a']))
    expect(second).toHaveLength(1)
    const metaOf = async ({ id }: Json) => (await server.make(`GET /app/default/run/${String(id)}`))['meta']
    await expect.poll(() => metaOf(second[0]!), SOON).toEqual({ id: 'd', type: 'messages' })
  })

  test.each([
    ['an item that nothing splits', { dedup: { key: 'item.id' } }, '/dedup/key'],
    ['a system whose list nobody knows', { split: {} }, '/split/items'],
    ['a flow that is to answer for many', { split: { items: 'body' }, reply: { mode: 'flow' } }, '/reply/mode'],
    ['a place that is none', { split: { items: 'data' } }, '/split/items'],
  ])('a listener with %s is refused when it is saved', async (_, change, pointer) => {
    const refused = await server.call('POST /app/default/listener', { name: 'X', suffix: '/x', auth: { kind: 'none' }, ...change })
    expect([refused.status, refused.json['errors']]).toEqual([422, [expect.objectContaining({ pointer })]])
  })
})

test('R89: killed behind the commit, all events of a request are run, once', async () => {
  const product = await createProduct()
  await using receiver = await startRecordingReceiver()
  try {
    await product.start()
    await product.api('POST', '/app/default/listener', listener({ kind: 'preset', secrets: [publicKeyText] }))
    await product.api('POST', '/app/default/flow', flow(receiver.url))
    await product.api('POST', '/app/default/flow/mails/publish')
    await product.stop()
    const send = () => fetch(`${product.url}/in/default/mails`, signed(JSON.stringify(['a', 'b', 'c'].map((id) => mail(id)))))
    await product.start({ POSTHORN_FAILPOINT: 'accept.after_commit' })
    await send().catch(() => undefined)
    await product.ended
    await product.start()
    expect((await send()).status).toBe(200)
    await expect.poll(() => receiver.received.length).toBe(3)
    const { data } = await product.api<{ data: unknown[] }>('GET', '/app/default/run')
    expect(data).toHaveLength(3)
  } finally {
    await product.remove()
  }
})
