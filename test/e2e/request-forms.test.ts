import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWholeServer, type WholeServer } from './whole-server.ts'

let server: WholeServer
let port: number
/** The call that lists what the listener keeps. */
let requests: string
beforeAll(async () => {
  server = await startWholeServer({ engine: 'sqlite' })
  port = Number(new URL(server.url).port)
  const listener = await server.make('POST /app/default/listener', {
    name: 'Open',
    system: 'custom',
    suffix: '/open',
    auth: { kind: 'none' },
  })
  requests = `GET /app/default/listener/${String(listener['id'])}/request`
})
afterAll(() => server.stop())

interface Heard {
  /** The statuses of all answers that came on the connection. */
  readonly statuses: readonly number[]
  readonly text: string
  readonly reset: boolean
}

/** Sends bytes as they are and hears all that comes back until the server, or else a request that asks for it, ends the connection. */
async function say(bytes: string): Promise<Heard> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let reset = false
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  socket.on('error', () => (reset = true))
  socket.write(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)), text, reset }
}

const head = (line: string, ...headers: string[]) => [line, ...headers, '', ''].join('\r\n')
const CLOSE = 'Connection: close'

/** Something that each plane answers with 2xx, once by its path. */
const planes = [
  ['a listener', '/in/default/open', 202],
  ['the API', '/healthz', 200],
] as const

describe.each(planes)('at %s', (_name, path, ok) => {
  const get = ok === 200 ? 'GET' : 'POST'
  const one = (target: string) => head(`${get} ${target} HTTP/1.1`, 'Host: a', 'Content-Length: 0', CLOSE)

  test.each([
    ['origin form', path],
    ['absolute form', `http://a${path}`],
    ['absolute form with a port', `http://a.example:8080${path}?x=1`],
    ['absolute form of https, in capitals, of another host', `HTTPS://elsewhere.example${path}`],
    ['absolute form with user information, which is ignored as the host is', `http://u:p@a${path}`],
    ['absolute form of an IPv6 host', `http://[::1]:80${path}`],
  ])('R90: %s is served as the path that it holds', async (_form, target) => {
    expect((await say(one(target))).statuses).toEqual([ok])
  })

  test.each([
    ['absolute form of another scheme', one(`ftp://a${path}`), 400],
    ['absolute form without a host', one(`http://${path}`), 400],
    ['a path without its slash', one(path.slice(1)), 400],
    ['the asterisk with another method than OPTIONS', one('*'), 400],
    ['a fragment', one(`${path}#/more`), 400],
    ['a fragment of a URL without a path', one('http://a#/more'), 400],
    ['a fragment behind a query', one(`${path}?x=1#more`), 400],
    ['two Host lines', head(`${get} ${path} HTTP/1.1`, 'Host: a', 'Host: b', 'Content-Length: 0'), 400],
    ['two Host lines that are equal', head(`${get} ${path} HTTP/1.1`, 'Host: a', 'hOST: a', 'Content-Length: 0'), 400],
    ['a list of hosts', head(`${get} ${path} HTTP/1.1`, 'Host: a, b', 'Content-Length: 0'), 400],
    ['a host with a slash', head(`${get} ${path} HTTP/1.1`, 'Host: a/b', 'Content-Length: 0'), 400],
    ['HTTP/2.0', head(`${get} ${path} HTTP/2.0`, 'Host: a', 'Content-Length: 0'), 505],
    ['HTTP/0.9', head(`${get} ${path} HTTP/0.9`, 'Host: a', 'Content-Length: 0'), 505],
    ['no version', head(`${get} ${path}`), 505],
    ['HTTP/1.2', head(`${get} ${path} HTTP/1.2`, 'Host: a', 'Content-Length: 0'), 400],
    ['HTTP/3.0', head(`${get} ${path} HTTP/3.0`, 'Host: a', 'Content-Length: 0'), 400],
    ['an unknown coding', head(`${get} ${path} HTTP/1.1`, 'Host: a', 'Transfer-Encoding: xchunked') + '0\r\n\r\n', 400],
    ['chunked after another coding', head(`${get} ${path} HTTP/1.1`, 'Host: a', 'Transfer-Encoding: gzip, chunked') + '0\r\n\r\n', 501],
    ['chunked in HTTP/1.0', head(`${get} ${path} HTTP/1.0`, 'Host: a', 'Transfer-Encoding: chunked') + '0\r\n\r\n', 400],
    ['a request line with a control character', head(`${get} ${path}\x01 HTTP/1.1`, 'Host: a', 'Content-Length: 0'), 400],
  ])('S28: %s is refused, and ends the connection', async (_form, bytes, status) => {
    // What follows on the connection must not be taken for a request.
    const { statuses, text, reset } = await say(bytes)
    expect([statuses, reset]).toEqual([[status], false])
    expect(text).toMatch(/connection: close/i)
  })

  test('HTTP/1.0 is served, without a Host too, and its connection ends', async () => {
    expect((await say(head(`${get} ${path} HTTP/1.0`, 'Content-Length: 0'))).statuses).toEqual([ok])
  })

  test('a refusal says what is wrong in the shape of every error', async () => {
    const { text } = await say(head(`${get} ${path} HTTP/2.0`, 'Host: a', 'Content-Length: 0'))
    expect(text).toContain('"code":"http_version_unsupported"')
    expect(text).toMatch(/"requestId":"req_/)
  })
})

describe('the server as a whole', () => {
  test('OPTIONS * and OPTIONS of a URL without a path are answered with the methods', async () => {
    for (const target of ['*', 'http://a']) {
      const { statuses, text } = await say(head(`OPTIONS ${target} HTTP/1.1`, 'Host: a', CLOSE))
      expect(statuses).toEqual([204])
      expect(text).toMatch(/\r\nAllow: GET, HEAD, POST/)
    }
  })

  test('CONNECT, in authority form, is refused in words', async () => {
    const { statuses, text } = await say(head('CONNECT a:80 HTTP/1.1', 'Host: a:80'))
    expect(statuses).toEqual([405])
    expect(text).toContain('"code":"method_not_allowed"')
  })

  test('a URL without a path is the root, where the console is, whatever stands behind the host', async () => {
    for (const target of ['http://a', 'http://a?x=1', '/']) {
      expect((await say(head(`GET ${target} HTTP/1.1`, 'Host: a', CLOSE))).statuses).toEqual([200])
    }
  })

  test('the next request of a connection is served after OPTIONS *', async () => {
    const { statuses } = await say(head('OPTIONS * HTTP/1.1', 'Host: a') + head('GET /healthz HTTP/1.1', 'Host: a', CLOSE))
    expect(statuses).toEqual([204, 200])
  })

  test('what was asked for in absolute form is kept with its path alone', async () => {
    await say(head('POST http://a.example/in/default/open?id=7 HTTP/1.1', 'Host: a', 'Content-Length: 0', CLOSE))
    const { data } = await server.make(requests)
    expect(data![0]).toMatchObject({ path: '/in/default/open' })
    expect(JSON.stringify(data![0])).not.toContain('a.example/in')
  })
})
