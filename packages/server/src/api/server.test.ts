import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ payloadBytesMax: 1000 })
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const LIMIT = 1024 * 1024

/** Writes bytes, and answers with all that came back until the server closed the connection or `until` was in it. */
const speak = async (text: string, until = /$^/): Promise<string> => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  let heard = ''
  socket.on('data', (data: Buffer) => {
    heard += data.toString()
    if (until.test(heard)) socket.destroy()
  })
  await once(socket, 'close')
  return heard
}
const head = (...lines: string[]) => [...lines, 'host: x', `authorization: Bearer ${api.key}`, '', ''].join('\r\n')

describe('the management plane', () => {
  test('tells an address that is not there from one that takes other methods', async () => {
    expect(await api.call('GET /nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: expect.stringContaining('/openapi.json') },
    })
    const refused = await api.call('PATCH /event-type')
    expect(refused).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
  })

  test('answers HEAD as GET, without the body', async () => {
    const answer = await api.call('HEAD /app/shop')
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(50)
  })

  test('takes a slash at the end, and refuses a path that cannot be decoded', async () => {
    expect((await api.call('GET /app/shop/')).status).toBe(200)
    expect(await api.call('GET /app/%E0%A4%A')).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  })

  test('refuses a body that is too large, by its length or on the way, and closes', async () => {
    const declared = await speak(head('POST /api/v1/app HTTP/1.1', `content-length: ${LIMIT + 100_000}`), /\}$/)
    expect(declared).toMatch(/^HTTP\/1\.1 413 /)
    expect(declared).toMatch(/connection: close/i)
    expect(declared).toContain('"code":"payload_too_large"')
    const chunk = `${(600_000).toString(16)}\r\n${'x'.repeat(600_000)}\r\n`
    const chunked = await speak(head('POST /api/v1/app HTTP/1.1', 'transfer-encoding: chunked') + chunk + chunk, /\}$/)
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('reads no body of a caller that it does not know', async () => {
    const answer = await speak(`POST /api/v1/app HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n{`, /\}$/)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toMatch(/connection: close/i)
  })

  test('takes a chunked body, and the next request on the same connection', async () => {
    const chunks = '9\r\n{"name":"\r\n3\r\nA"}\r\n0\r\n\r\n'
    const answers = await speak(
      head('POST /api/v1/app HTTP/1.1', 'transfer-encoding: chunked') + chunks + head('GET /api/v1/app/shop HTTP/1.1', 'connection: close'),
    )
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200'])
  })

  test('says that it takes JSON as it is, not compressed', async () => {
    const refused = await api.call('POST /app', { body: { name: 'x' }, headers: { 'content-encoding': 'gzip' } })
    expect(refused).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    expect(refused.headers.get('accept-encoding')).toBe('identity')
    for (const encoding of ['identity', '', 'Identity']) {
      const taken = await api.call('POST /app', { body: { name: 'x' }, headers: { 'content-encoding': encoding } })
      expect(taken.status).toBe(201)
    }
  })

  test('refuses what nests too deep before anything recurses into it', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const refused = await api.call('POST /event-type', { body: `{"name":"a","description":"b","example":${deep}}` })
    expect(refused).toMatchObject({ status: 400, body: { code: 'malformed_json', detail: expect.stringContaining('512') } })
  })

  test('names its problems as RFC 9457 does, with a request id', async () => {
    const { headers, body } = await api.call('GET /app/none')
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({
      type: 'urn:posthorn:error:not_found',
      title: 'There is nothing with that id or uid here.',
      status: 404,
      code: 'not_found',
      detail: 'There is no application "none" here.',
      requestId: expect.stringMatching(/^req_/),
    })
  })

  test('says what is not there', async () => {
    await api.call('POST /app', { body: { uid: 'named', name: 'Named' } })
    const long = 'x'.repeat(300)
    await api.call('POST /event-type', { body: { name: 'a.b', description: 'Of this test.' } })
    const message = String((await api.call('POST /app/named/msg', { body: { eventType: 'a.b', payload: {} } })).body['id'])
    for (const [call, said] of [
      ['GET /app/nobody/listener/orders', 'There is no application "nobody" here.'],
      ['GET /app/named/listener/orders', 'There is no listener "orders" in this application.'],
      ['POST /app/named/flow/a%22b/publish', 'There is no flow "a\\"b" in this application.'],
      ['GET /app/named/msg/order-1', 'There is no message "order-1" in this application.'],
      [`DELETE /app/named/endpoint/${long}`, `There is no endpoint "${long.slice(0, 100)}" in this application.`],
      ['GET /plan/gold', 'There is no plan "gold" here.'],
      ['GET /app/named/flow/none/version/3', 'There is no flow "none" in this application.'],
      ['GET /app/named/msg/order-1/attempt/atmpt_1', 'There is no message "order-1" in this application.'],
      ['POST /app/named/msg/order-1/endpoint/none/resend', 'There is no message "order-1" in this application.'],
      [`GET /app/named/msg/${message}/attempt/atmpt_1`, 'There is no attempt "atmpt_1" in this application.'],
      [`POST /app/named/msg/${message}/endpoint/none/resend`, 'There is no endpoint "none" in this application.'],
      [`GET /app/named/attempt/msg/${message}?endpoint_id=none`, 'There is no endpoint "none" in this application.'],
    ] as const) {
      const { status, body } = await api.call(call)
      expect([status, body['code'], body['detail']], call).toEqual([404, 'not_found', said])
    }
  })
})
