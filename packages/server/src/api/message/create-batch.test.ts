import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '#store'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { elementsBytes } from './member-bytes.ts'

interface Answered {
  readonly accepted: number
  readonly refused: number
  readonly data: readonly { index: number; id: string | null; error: { code: string; detail: string; errors: object[] } | null }[]
}

describe.each(['sqlite', 'postgres'] as const)('a batch, on %s,', (engine) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({ payloadBytesMax: 2000 }, { deliver: true, ...(database && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver(() => 200)
    for (const uid of ['shop', 'quiet']) await api.call('POST /app', { body: { uid, name: uid } })
    await api.call('POST /app/shop/endpoint', { body: { url: receiver.url } })
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
    await receiver[Symbol.asyncDispose]()
  })

  const post = async (body: unknown, { app = 'quiet', headers = {} }: { app?: string; headers?: Record<string, string> } = {}) =>
    api.call(`POST /app/${app}/msg/batch`, { body, headers })
  const send = async (messages: unknown[], options = {}): Promise<Answered> => {
    const { status, body } = await post({ messages }, options)
    expect(status).toBe(200)
    return body as unknown as Answered
  }
  const message = (n: number, more: object = {}) => ({ eventType: 'order.paid', payload: { n }, ...more })

  test('is accepted message by message, in order, with a sync for every 256', async () => {
    const { store } = api.deps
    const { accept } = store
    const sizes: number[] = []
    const counting: Store['accept'] = async (session, operations) => {
      sizes.push(operations.length)
      return accept.call(store, session, operations)
    }
    Object.assign(store, { accept: counting })
    const said = await send(Array.from({ length: 1000 }, (_, n) => message(n))).finally(() => Object.assign(store, { accept }))
    expect(said).toMatchObject({ accepted: 1000, refused: 0 })
    expect(said.data.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1000)
    expect(sizes.length).toBeLessThanOrEqual(16)
    const ids = said.data.map(({ id }) => id!)
    expect(new Set(ids).size).toBe(1000)
    expect([...ids].sort()).toEqual(ids)
    expect((await api.call(`GET /app/quiet/msg/${ids[17]}`)).body['payload']).toEqual({ n: 17 })
  })

  test('says of each that is refused why, with its place, and accepts the others', async () => {
    const messages = [
      message(0, { eventId: 'once' }),
      message(1, { eventId: 'once' }),
      { eventType: 'order.paid' },
      { eventType: 'not this', payload: {} },
      'text',
      message(5, { payload: { long: 'x'.repeat(2000) } }),
      message(6, { transformationsParams: { rawPayload: '[]' } }),
      message(7),
    ]
    const { accepted, refused, data } = await send(messages)
    expect([accepted, refused]).toEqual([2, 6])
    expect(data.map(({ index, id, error }) => [index, id !== null, error?.code ?? null])).toEqual([
      [0, true, null],
      [1, false, 'conflict'],
      [2, false, 'validation_error'],
      [3, false, 'validation_error'],
      [4, false, 'validation_error'],
      [5, false, 'payload_too_large'],
      [6, false, 'validation_error'],
      [7, true, null],
    ])
    expect(data[1]!.error!.detail).toContain('event id "once"')
    expect(data[2]!.error!.errors).toMatchObject([{ pointer: '/messages/2/payload' }])
    expect(data[3]!.error).toMatchObject({ errors: [{ pointer: '/messages/3/eventType' }], detail: expect.stringContaining('letters') })
    expect(data[5]!.error!.detail).toContain('at most 2000 are taken')
    expect(data[6]!.error!.errors).toMatchObject([{ pointer: '/messages/6/transformationsParams/rawPayload' }])
  })

  test('is answered as before under its Idempotency-Key, also if only a part of it had been accepted', async () => {
    const headers = { 'idempotency-key': 'nightly-1' }
    const first = await send([message(0), message(1)], { headers })
    // As if the process had died behind the first two.
    const whole = await send([message(0), message(1), message(2)], { headers })
    expect(whole.data.slice(0, 2)).toEqual(first.data)
    expect(whole.accepted).toBe(3)
    expect(await send([message(0), message(1), message(2)], { headers })).toEqual(whole)
    const other = await send([message(0), message(99)], { headers })
    expect(other.data).toMatchObject([
      { id: first.data[0]!.id },
      {
        id: null,
        error: { code: 'idempotency_mismatch', errors: [{ pointer: '/messages/1', message: expect.stringContaining('new key') }] },
      },
    ])
    expect((await send([message(0)])).data[0]!.id).not.toBe(first.data[0]!.id)
  })

  test('is delivered with the bytes that each payload came with', async () => {
    const count = receiver.received.length
    const payloads = ['{ "id": 12345678901234567890 }', '{"a":1.0e+2,"b":"\\u0041]},{"}', '{}']
    const decoy = '"application":{"name":"payload","metadata":{"messages":"[{\\"payload\\":0}]"}}'
    const body = `{${decoy},"messages": [ ${payloads.map((payload) => `{"eventType":"raw","payload":${payload}}`).join(' ,\n')}]}`
    expect((await post(body, { app: 'shop' })).body).toMatchObject({ accepted: 3 })
    await expect.poll(() => receiver.received.length).toBe(count + 3)
    const bodies = receiver.received.slice(count).map(({ body }) => body.toString())
    expect(bodies.sort()).toEqual([...payloads].sort())
  })

  test('makes its application on the way, if it brings one', async () => {
    expect((await post({ messages: [message(0)] }, { app: `new-${engine}` })).status).toBe(404)
    const application = { name: 'New' }
    expect((await post({ messages: [message(0)], application }, { app: `new-${engine}` })).body).toMatchObject({ accepted: 1 })
    expect((await api.call(`GET /app/new-${engine}`)).body).toMatchObject({ name: 'New' })
  })

  test('has 1 to 1,000 messages and 4 MiB, and says so', async () => {
    for (const messages of [[], Array.from({ length: 1001 }, (_, n) => message(n)), 'none']) {
      const refused = await post({ messages })
      expect([refused.status, refused.body['errors']]).toMatchObject([422, [{ pointer: '/messages' }]])
    }
    const large = await post(`{"messages":[{"eventType":"a","payload":{"s":"${'x'.repeat(4 * 1024 * 1024)}"}}]}`)
    expect(large.status).toBe(413)
    expect(large.body['detail']).toBe('The body has more than the 4194304 bytes that this address takes.')
    // Two megabytes, where a single message may have far fewer.
    const wide = Array.from({ length: 1000 }, (_, n) => message(n, { payload: { s: 'x'.repeat(1900) } }))
    expect(await send(wide)).toMatchObject({ accepted: 1000 })
  })

  test('leaves a message whose event id is "batch" to be read', async () => {
    await send([message(0, { eventId: 'batch' })])
    expect((await api.call('GET /app/quiet/msg/batch')).body).toMatchObject({ eventId: 'batch' })
  })
})

test('the bytes of each element of a list are found as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom('', ' ', '\n\t '), (values, space) => {
      const texts = values.map((value) => JSON.stringify(value, null, space === '' ? undefined : 1))
      const json = `[${space}${texts.join(`${space},${space}`)}${space}]`
      expect(elementsBytes(Buffer.from(json)).map((bytes) => Buffer.from(bytes).toString())).toEqual(texts)
    }),
  )
})
