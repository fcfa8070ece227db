import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { gist, post, startEgress, startRaw, startReceiver, startSaying } from './test-receiver.ts'

const interim = (status: number) => `HTTP/1.1 ${status} Interim\r\nX-Interim: 1\r\n\r\n`
const head = 'HTTP/1.1 200 OK\r\n'

describe('responses', () => {
  it('gives back status, headers and body', async () => {
    await using receiver = await startReceiver((_request, response) =>
      response.writeHead(207, { 'X-One': '1', 'Set-Cookie': ['a', 'b'] }).end('{"a":1}'),
    )
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url)
    expect(outcome).toMatchObject({
      kind: 'response',
      status: 207,
      truncated: false,
      address: '127.0.0.1',
      headers: { 'x-one': '1', 'set-cookie': ['a', 'b'] },
    })
    expect(outcome.kind === 'response' && Buffer.from(outcome.body).toString()).toBe('{"a":1}')
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const)('sends %s', async (method) => {
    await using receiver = await startReceiver((request, response) => response.writeHead(204, { 'x-method': request.method! }).end())
    await using egress = startEgress()
    expect(await egress.send({ url: receiver.url, method, headers: [], timeoutMs: 5_000 })).toMatchObject({
      status: 204,
      headers: { 'x-method': method },
    })
  })

  it('keeps 16 KiB of a longer body, reads it to its end, and goes on using the connection', async () => {
    await using receiver = await startReceiver(
      (request, response) => void request.resume().on('end', () => response.end(Buffer.alloc(60_000, 'x'))),
    )
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url)
    expect(outcome).toMatchObject({ kind: 'response', status: 200, truncated: true })
    expect(outcome.kind === 'response' && outcome.body.length).toBe(16_384)
    await post(egress, receiver.url)
    expect(receiver.accepted).toBe(1)
  })

  it('takes other limits', async () => {
    await using receiver = await startReceiver((_request, response) => response.end(Buffer.alloc(200_000, 'x')))
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url, { responseBytesMax: 1_000_000, responseBytesKept: 1_000_000 })
    expect(outcome.kind === 'response' && [outcome.body.length, outcome.truncated]).toEqual([200_000, false])
    const none = await post(egress, receiver.url, { responseBytesMax: 1_000_000, responseBytesKept: 0 })
    expect(none.kind === 'response' && [none.body.length, none.truncated]).toEqual([0, true])
  })

  it('F12: cuts endless bodies at 64 KiB, ends their sockets, lets the status decide, and stays flat in memory', async () => {
    const block = Buffer.alloc(65_536, 'x')
    let sent = 0
    let closed = 0
    await using receiver = await startRaw((socket) => {
      const fill = () => {
        while (!socket.destroyed && socket.write(block)) sent += block.length
      }
      socket.once('data', () => {
        socket.write(`${head}\r\n`)
        fill()
      })
      socket.on('drain', fill).on('close', () => closed++)
    })
    await using egress = startEgress()
    const before = process.memoryUsage().rss
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => post(egress, receiver.url)))
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ kind: 'response', status: 200, truncated: true })
        expect(outcome.kind === 'response' && outcome.body.length).toBe(16_384)
      }
    }
    expect(sent).toBeGreaterThan(2_000 * 65_536)
    expect(closed).toBeGreaterThan(1_800)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  it('F13: decodes nothing', async () => {
    const zeros = Buffer.alloc(10_000_000)
    const bombs = { gzip: gzipSync(zeros), br: brotliCompressSync(zeros) }
    await using receiver = await startReceiver((request, response) => {
      const kind = request.url === '/br' ? 'br' : 'gzip'
      response.writeHead(200, { 'content-encoding': request.url === '/many' ? Array(500).fill('gzip').join(',') : kind }).end(bombs[kind])
    })
    await using egress = startEgress()
    for (const path of ['gzip', 'br', 'many']) {
      const outcome = await post(egress, receiver.url + path)
      const sent = path === 'br' ? bombs.br : bombs.gzip
      expect(outcome.kind === 'response' && Buffer.compare(outcome.body, sent.subarray(0, 16_384))).toBe(0)
    }
  })

  it.each([
    ['64 KiB in one header', `${head}X-Big: ${'a'.repeat(65_536)}\r\n\r\n`],
    ['10,000 headers', `${head}${'A: b\r\n'.repeat(10_000)}\r\n`],
    ['a flood of trailers', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n${'A: b\r\n'.repeat(10_000)}\r\n`],
  ])('F14: calls %s response_headers_too_large', async (_what, text) => {
    await using receiver = await startSaying(text)
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url))).toBe('response_headers_too_large')
  })

  it.each<[string, string, number | string]>([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n', 'response_malformed'],
    ['HTML without a head', '<html></html>', 'response_malformed'],
    ['HTTP/3.7', 'HTTP/3.7 200 OK\r\n\r\n', 'response_malformed'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'response_malformed'],
    ['a status of letters', 'HTTP/1.1 abc OK\r\n\r\n', 'response_malformed'],
    ['a header without a colon', `${head}Oops\r\n\r\n`, 'response_malformed'],
    ['a space before the colon', `${head}Content-Length : 2\r\n\r\nok`, 'response_malformed'],
    ['NUL in a header', `${head}X: a\0b\r\n\r\n`, 'response_malformed'],
    ['a folded header', `${head}X: a\r\n b\r\n\r\n`, 'response_malformed'],
    ['two different content lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`, 'response_malformed'],
    ['a content length of letters', `${head}Content-Length: abc\r\n\r\n`, 'response_malformed'],
    ['a negative content length', `${head}Content-Length: -1\r\n\r\n`, 'response_malformed'],
    ['a content length beyond 2^64', `${head}Content-Length: 99999999999999999999999\r\n\r\n`, 'response_malformed'],
    [
      'both a content length and chunks',
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
      'response_malformed',
    ],
    ['a chunk size of letters', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n`, 'response_malformed'],
    ['a chunk longer than said', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n`, 'response_malformed'],
    [
      '101 that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
      'response_malformed',
    ],
    ['100 that nobody asked for', `${interim(100)}${head}Content-Length: 0\r\n\r\n`, 200],
    ['102 that nobody asked for', `${interim(102)}${head}Content-Length: 0\r\n\r\n`, 200],
    ['several of 100, 102 and 103', `${interim(100)}${interim(103)}${interim(100)}${interim(102)}${head}Content-Length: 0\r\n\r\n`, 200],
    ['a flood of 100', interim(100).repeat(1_000), 'response_malformed'],
    ['100 and nothing more', interim(100), 'reset'],
    ['100 and then 101', `${interim(100)}${interim(101)}`, 'response_malformed'],
    ['a flood of 103', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(1_000), 'response_malformed'],
    ['a few 103 and then 200', `${'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(3)}${head}Content-Length: 0\r\n\r\n`, 200],
    ['status 999', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 999],
    ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', 200],
    ['HTTP/1.0 that ends with the connection', 'HTTP/1.0 200 OK\r\n\r\nok', 200],
    ['204 with a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello', 204],
    ['a body that ends with the connection', `${head}Connection: close\r\n\r\nok`, 200],
    ['a header named __proto__', `${head}__proto__: x\r\n__proto__: y\r\nContent-Length: 0\r\n\r\n`, 200],
    ['nothing', '', 'reset'],
    ['half a status line', 'HTTP/1.1 20', 'reset'],
    ['half a head', `${head}Content-Le`, 'reset'],
    ['half a body', `${head}Content-Length: 100\r\n\r\nhalf`, 'reset'],
    ['half a body and Connection: close', `${head}Content-Length: 100\r\nConnection: close\r\n\r\nhalf`, 'reset'],
    ['half of its chunks', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'reset'],
    ['half of its chunks and Connection: close', `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n`, 'reset'],
  ])('F15: has a class for %s', async (_what, text, expected) => {
    await using receiver = await startSaying(text)
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url)
    expect(gist(outcome)).toBe(expected)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    // And the next one works as if nothing had happened.
    await using other = await startReceiver()
    expect(gist(await post(egress, other.url))).toBe(200)
  })

  it('takes 100 that comes by itself for what it is, on a connection that is used again, and leaves a body alone that looks like one', async () => {
    await using receiver = await startRaw((socket) => {
      socket.on('data', () => {
        socket.write(interim(100))
        setImmediate(() => {
          socket.write(`${head}Content-Length: ${interim(100).length}\r\n\r\n`)
          setImmediate(() => socket.write(interim(100)))
        })
      })
    })
    await using egress = startEgress()
    for (const reused of [false, true]) {
      const outcome = await post(egress, receiver.url)
      expect(outcome).toMatchObject({ kind: 'response', status: 200, phases: { reused } })
      expect(outcome.kind === 'response' && Buffer.from(outcome.body).toString()).toBe(interim(100))
    }
  })

  it.each(['at once', 'after the request', 'in the middle of the head', 'in the middle of the body'])(
    'F15: calls a reset %s a reset',
    async (moment) => {
      await using receiver = await startRaw((socket) => {
        if (moment === 'at once') return void socket.resetAndDestroy()
        socket.once('data', () => {
          if (moment === 'after the request') return void socket.resetAndDestroy()
          socket.write(moment === 'in the middle of the head' ? head : `${head}Content-Length: 10\r\n\r\nhalf`)
          setImmediate(() => socket.resetAndDestroy())
        })
      })
      await using egress = startEgress()
      expect(gist(await post(egress, receiver.url))).toBe('reset')
    },
  )
})
