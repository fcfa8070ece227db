import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
const sockets: Socket[] = []
beforeEach(async () => {
  harness = await openIngestHarness({ settings: { bodyTimeoutMs: 300, bodiesBytesMax: 3_000_000 } })
  await harness.addListener({ name: 'A', suffix: '/a', auth: { kind: 'none' }, bodyBytesMax: 100_000 })
  await harness.addListener({ name: 'Big', suffix: '/big', auth: { kind: 'none' } })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await harness[Symbol.asyncDispose]()
})

/** A raw connection that collects all it hears; `closed` resolves at its end, cleanly or not. */
function dial() {
  const socket = connect(harness.port, '127.0.0.1')
  sockets.push(socket)
  let heard = ''
  let reset = false
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
  socket.on('error', () => (reset = true))
  return {
    socket,
    closed: once(socket, 'close').then(() => ({ heard, reset })),
    /** Resolves when what was heard matches. */
    async hears(pattern: RegExp) {
      while (!pattern.test(heard)) await once(socket, 'data')
      return heard
    },
  }
}

const head = (path: string, ...lines: string[]) => `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
const statuses = (heard: string) => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

describe('bodies', () => {
  test('a declared length over the cap is 413 before a byte of the body is sent, and the connection ends cleanly', async () => {
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', 'Content-Length: 100001'))
    const { heard, reset } = await closed
    expect([statuses(heard), reset]).toEqual([[413], false])
    expect(heard).toMatch(/connection: close/i)
    expect(heard).toContain('"code":"payload_too_large"')
    expect(await harness.requests()).toMatchObject([{ reason: 'payload_too_large', body: null }])
  })

  test('a caller that sends on after 413 still comes to read it', async () => {
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', 'Content-Length: 2000000'))
    socket.write(Buffer.alloc(2_000_000))
    const { heard, reset } = await closed
    expect([statuses(heard), reset]).toEqual([[413], false])
  })

  test('a chunked body over the cap is 413, and the connection ends cleanly', async () => {
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', 'Transfer-Encoding: chunked'))
    for (let i = 0; i < 11; i++) socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`)
    socket.write('0\r\n\r\n')
    const { heard, reset } = await closed
    expect([statuses(heard), reset]).toEqual([[413], false])
  })

  test('chunked and declared bodies up to the cap are taken', async () => {
    const { socket, hears } = dial()
    socket.write(head('/in/default/a', 'Content-Length: 100000') + 'x'.repeat(100_000))
    await hears(/"ok":true/)
    socket.write(`${head('/in/default/a', 'Transfer-Encoding: chunked', 'Connection: close')}186A0\r\n${'y'.repeat(100_000)}\r\n0\r\n\r\n`)
    expect(statuses(await hears(/"ok":true[^]*"ok":true/))).toEqual([202, 202])
    expect((await harness.requests()).map((request) => request.body_bytes)).toEqual([100_000, 100_000])
  })

  test('S29: a body that dribbles is cut by the deadline', async () => {
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', 'Content-Length: 90000'))
    const drip = setInterval(() => socket.write('x'), 20)
    const { heard } = await closed
    clearInterval(drip)
    expect(statuses(heard)).toEqual([408])
    expect(heard).toContain('"code":"body_too_slow"')
  })

  test('a caller that goes away in the middle leaves nothing behind', async () => {
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', 'Content-Length: 1000') + 'x'.repeat(500))
    await expect.poll(() => harness.ingest.figures().underWay).toBe(1)
    socket.destroy()
    await closed
    await expect.poll(() => harness.ingest.figures().underWay).toBe(0)
    expect(await harness.requests()).toEqual([])
    expect((await harness.send('POST', '/in/default/a')).status).toBe(202)
  })

  test('F24: bodies that do not fit into memory together are 503, and there is room again afterwards', async () => {
    const { socket } = dial()
    socket.write(head('/in/default/big', 'Content-Length: 2600000') + 'x'.repeat(2_500_000))
    const send = () =>
      harness.send('POST', '/in/default/big', { body: Buffer.alloc(900_000, 0x78), headers: { 'content-type': 'text/plain' } })
    await expect.poll(async () => (await send()).status).toBe(503)
    socket.destroy()
    await expect.poll(async () => (await send()).status).toBe(202)
  })
})

describe('the head', () => {
  test.each(['xchunked', 'gzip, chunked', 'xchunked, chunked', 'identity'])(
    'S28: Transfer-Encoding %s is refused, and the connection ends',
    async (coding) => {
      const { socket, closed } = dial()
      socket.write(`${head('/in/default/a', `Transfer-Encoding: ${coding}`)}0\r\n\r\n`)
      const { heard } = await closed
      expect(statuses(heard)[0]).toBeGreaterThanOrEqual(400)
      expect(statuses(heard)).toHaveLength(1)
      expect(await harness.requests()).toEqual([])
    },
  )

  test.each([
    ['length and coding', head('/in/default/a', 'Content-Length: 5', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['two lengths', head('/in/default/a', 'Content-Length: 5', 'Content-Length: 6') + 'hello'],
    ['a length that is none', head('/in/default/a', 'Content-Length: +5') + 'hello'],
    ['no host', 'POST /in/default/a HTTP/1.1\r\n\r\n'],
    ['a folded header', head('/in/default/a', 'X-A: b', ' c')],
    ['a space before the colon', head('/in/default/a', 'X-A : b')],
    ['bare line feeds', 'POST /in/default/a HTTP/1.1\nHost: a\n\n'],
    ['a NUL', head('/in/default/a', 'X-A: a\0b')],
  ])('S28: %s is 400 and nothing is kept', async (_, bytes) => {
    const { socket, closed } = dial()
    socket.write(bytes)
    const { heard } = await closed
    expect(statuses(heard)).toEqual([400])
    expect(await harness.requests()).toEqual([])
  })

  test('S30: a URL beyond 8 KiB is 414, headers beyond 16 KiB are 431', async () => {
    expect((await harness.send('POST', `/in/default/a?${'x'.repeat(8200)}`)).status).toBe(414)
    const { socket, closed } = dial()
    socket.write(head('/in/default/a', `X-Long: ${'x'.repeat(17_000)}`))
    expect(statuses((await closed).heard)).toEqual([431])
  })

  test('S10: a header named __proto__ is only a name', async () => {
    const { socket, hears } = dial()
    socket.write(head('/in/default/a', '__proto__: x', '__proto__: y', 'constructor: z', 'Content-Length: 0'))
    await hears(/"ok":true/)
    const [request] = await harness.requests()
    expect(JSON.parse(request!.headers)).toContainEqual(['__proto__', 'y'])
  })
})

describe('connections', () => {
  test('R90: a connection serves one request after the other, also after refusals with a small body', async () => {
    const { socket, hears } = dial()
    socket.write(`${head('/in/default/none', 'Content-Length: 5')}hello`)
    await hears(/listener_not_found/)
    socket.write(`${head('/in/default/a', 'Content-Length: 2', 'Content-Type: application/json')}{}`)
    expect(statuses(await hears(/"ok":true/))).toEqual([404, 202])
  })

  test('of a request that its head refuses what came with it is kept, 16 KiB at most, and nobody waits for the rest', async () => {
    await harness.addListener({ name: 'K', suffix: '/k', auth: { kind: 'api_key', name: 'X-Key', keys: ['the-right-key'] } })
    const { socket, hears } = dial()
    socket.write(`${head('/in/default/k', 'X-Key: wrong', 'Content-Length: 7')}{"n":1}`)
    await hears(/"code":"api_key_wrong"/)
    const chunked = head('/in/default/k', 'Transfer-Encoding: chunked')
    socket.write(`${chunked}7\r\n{"n":2}\r\n0\r\n\r\n`)
    await hears(/"code":"api_key_missing"/)
    // The rest never comes.
    const large = dial()
    large.socket.write(`${head('/in/default/k', 'Content-Length: 40000')}${'x'.repeat(20_000)}`)
    await large.hears(/"code":"api_key_missing"/)
    const endless = dial()
    endless.socket.write(`${chunked}7\r\n{"n":3}\r\n`)
    await endless.hears(/"code":"api_key_missing"/)
    const [whole, pieces, beginning, unknown] = await harness.requests()
    expect([whole, pieces].map((one) => [String(Buffer.from(one!.body!)), one!.body_bytes])).toEqual([
      ['{"n":1}', 7],
      ['{"n":2}', 7],
    ])
    expect(beginning).toMatchObject({ reason: 'api_key_missing', body_bytes: 40_000 })
    expect('x'.repeat(16_384).startsWith(String(Buffer.from(beginning!.body ?? [])))).toBe(true)
    expect(unknown).toMatchObject({ body: null, body_bytes: 0 })
  })

  test('two requests in one packet are both answered, in order', async () => {
    const { socket, hears } = dial()
    const one = (body: string) => `${head('/in/default/a', `Content-Length: ${body.length}`)}${body}`
    socket.write(one('1') + one('22'))
    expect(statuses(await hears(/"ok":true[^]*"ok":true/))).toEqual([202, 202])
    expect((await harness.requests()).map((request) => request.body_bytes)).toEqual([1, 2])
  })

  test('S29: a public server has a limit on everything that a caller may draw out', () => {
    const { server } = harness.door
    for (const limit of [server.headersTimeout, server.keepAliveTimeout]) {
      expect(limit).toBeGreaterThan(0)
      expect(limit).toBeLessThanOrEqual(65_000)
    }
    // Above the ten minutes that an upload may take; what else arrives has its own deadline, `http/deadlines.test.ts`.
    expect(server.requestTimeout).toBeGreaterThan(0)
    expect(server.requestTimeout).toBeLessThanOrEqual(660_000)
    expect(server.maxConnections).toBeLessThanOrEqual(10_000)
  })
})
