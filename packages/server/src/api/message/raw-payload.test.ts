import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  api = await startTestApi({}, { deliver: true })
  receiver = await startRecordingReceiver()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/endpoint', { body: { url: receiver.url } })
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

/** Sends the bytes as a body and answers with the bytes that were delivered. */
const sendBytes = async (path: string, body: Uint8Array<ArrayBuffer> | string) => {
  const count = receiver.received.length
  const response = await fetch(`${api.url}/api/v1/app/shop/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}` },
    body,
  })
  const text = await response.text()
  expect([response.status, text]).toEqual([202, expect.anything()])
  return { answer: text, delivered: (await receiver.after(count)).body.toString('utf8') }
}

const texts = {
  'spaces and line ends': '{ "a" :\t1 ,\r\n  "b": [ ] }',
  'escapes as they were written': '{"a":"\\u0041\\/\\u00e9é\\ud83d\\ude00"}',
  'numbers of 20 digits, fractions and exponents':
    '{"id":12345678901234567890,"n":1.0,"e":1E+2,"tiny":0.10000000000000000000001,"minus":-0}',
  'equal names, both of them': '{"a":1,"a":2}',
  'lone surrogates': '{"a":"\\ud800","b":"\\udc00 \\ud83d"}',
  'a name that looks like the member': '{"payload":{"data":1},"data":{"payload":2}}',
  'names that are numbers, in their order': '{"2":1,"1":2,"__proto__":3}',
  'an empty object': '{}',
}

describe('a payload is delivered in the very bytes that were given', () => {
  test.each(Object.entries(texts))('%s', async (_what, payload) => {
    const { answer, delivered } = await sendBytes('msg', `{"eventType":"raw", "payload": ${payload} ,"channels":null}`)
    expect(delivered).toBe(payload)
    expect(answer).toContain(`"payload":${payload}`)
    const { id } = JSON.parse(answer) as { id: string }
    expect((await api.call(`GET /app/shop/msg/${id}`)).text).toContain(`"payload":${payload}`)
    expect((await api.call('GET /app/shop/msg?limit=1')).text).toContain(`"payload":${payload}`)
  })

  test('the last one, where a body names it twice', async () => {
    const { delivered } = await sendBytes('msg', '{"payload":{"first":1},"eventType":"raw","payload":{"last": 2}}')
    expect(delivered).toBe('{"last": 2}')
  })

  test('behind a byte order mark', async () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"eventType":"raw","payload":{"a": 1}}')])
    expect((await sendBytes('msg', body)).delivered).toBe('{"a": 1}')
  })

  test('given as text, Svix’s other way', async () => {
    const rawPayload = '{ "id": 12345678901234567890 }'
    const { delivered } = await sendBytes('msg', JSON.stringify({ eventType: 'raw', payload: {}, transformationsParams: { rawPayload } }))
    expect(delivered).toBe(rawPayload)
  })

  test('as it is signed', async () => {
    const { received } = receiver
    const { headers, body } = received.at(-1)!
    expect(headers['content-type']).toBe('application/json')
    expect(Number(headers['content-length'])).toBe(body.length)
  })
})

describe('an event', () => {
  test.each(Object.entries(texts))('R71: is wrapped, the bytes of its data kept: %s', async (_what, data) => {
    const { delivered } = await sendBytes('event', `{"type":"raw","data" :${data}}`)
    expect(delivered.endsWith(`,"data":${data}}`)).toBe(true)
    const { id, type, created_at, timestamp, business_id } = JSON.parse(delivered) as Record<string, string>
    expect({ id, type, business_id }).toEqual({ id: expect.stringMatching(/^evt_/), type: 'raw', business_id: 'shop' })
    expect(timestamp).toBe(created_at)
    expect(Math.abs(Date.parse(created_at!) - Date.now())).toBeLessThan(60_000)
  })

  test('may have data of any kind', async () => {
    for (const data of ['12345678901234567890', '"text"', 'null', '[1, 2]', 'true'])
      expect((await sendBytes('event', `{"type":"raw","data":${data}}`)).delivered.endsWith(`,"data":${data}}`)).toBe(true)
  })

  test('R75: is delivered under its own id and time', async () => {
    const count = receiver.received.length
    await sendBytes('event', '{"id":"order-17-paid","type":"order.paid","created_at":"2026-01-31T10:00:00+01:00","data":{}}')
    const { headers, body } = await receiver.after(count)
    expect(JSON.parse(body.toString())).toMatchObject({ id: 'order-17-paid', created_at: '2026-01-31T09:00:00.000Z' })
    expect(headers['webhook-id']).toBe('order-17-paid')
  })
})

test('a raw payload that nests deeper than any body may is refused, as one that is no object', async () => {
  const refused = async (rawPayload: string) => {
    const { status, body } = await api.call('POST /app/shop/msg', {
      body: { eventType: 'raw', payload: {}, transformationsParams: { rawPayload } },
    })
    return [status, (body['errors'] as unknown as readonly { message: string }[])[0]!.message]
  }
  expect(await refused(`{"a":${'['.repeat(600)}${']'.repeat(600)}}`)).toEqual([422, expect.stringContaining('512 levels')])
  expect(await refused('[1]')).toEqual([422, expect.stringContaining('JSON object')])
  expect(await refused('{')).toEqual([422, expect.stringContaining('JSON object')])
})
