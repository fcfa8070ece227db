import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { gist, post, startEgress, startRaw, startReceiver } from './test-receiver.ts'

const head = 'HTTP/1.1 200 OK\r\n'

/** Sends one byte of `text` every few milliseconds, for ever. */
function drip(socket: Socket, begin: string, byte: string): void {
  socket.write(begin)
  const timer = setInterval(() => socket.write(byte), 10)
  socket.on('close', () => clearInterval(timer))
}

describe('the deadline', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['says nothing', () => {}, 'not one byte'],
    ['drips its status line', (socket) => drip(socket, 'HTTP/1.1 200 ', 'x'), 'begun'],
    ['drips its headers', (socket) => drip(socket, head, 'X: y\r\n'), 'begun'],
    ['drips interim responses', (socket) => drip(socket, '', 'HTTP/1.1 103 Early\r\n\r\n'), 'begun'],
    ['drips its body', (socket) => drip(socket, `${head}Content-Length: 1000000\r\n\r\n`, 'x'), 'The status was 200'],
    ['drips its chunks', (socket) => drip(socket, `${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'), 'The status was 200'],
    [
      'never ends its trailers',
      (socket) => drip(socket, `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X: y\r\n'),
      'The status was 200',
    ],
    ['reads nothing', (socket) => void socket.pause(), 'not one byte'],
  ])('F11: ends a receiver that %s', async (_what, misbehave, detail) => {
    const closed = Promise.withResolvers<void>()
    await using receiver = await startRaw((socket) => {
      socket.on('close', () => closed.resolve())
      misbehave(socket)
    })
    await using egress = startEgress()
    const begun = performance.now()
    const outcome = await post(egress, receiver.url, { timeoutMs: 600, body: Buffer.alloc(1_000_000) })
    expect(gist(outcome)).toMatch(/^(response_timeout|response_malformed)$/)
    if (gist(outcome) === 'response_timeout') {
      expect(outcome).toMatchObject({ detail: expect.stringContaining(detail) })
      expect(performance.now() - begun).toBeGreaterThan(590)
    }
    expect(outcome.phases.totalMs).toBeLessThan(3_000)
    // Its socket is gone too. A paused socket does not notice.
    if (detail !== 'not one byte') await closed.promise
  })

  it('F11: ends 200 drippers at their deadline, and memory stays', async () => {
    await using receiver = await startRaw((socket) => drip(socket, `${head}Content-Length: 1000000\r\n\r\n`, 'x'))
    await using egress = startEgress()
    const before = process.memoryUsage().rss
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => post(egress, receiver.url, { timeoutMs: 1_000 })))
    expect(new Set(outcomes.map(gist))).toEqual(new Set(['response_timeout']))
    expect(Math.max(...outcomes.map(({ phases }) => phases.totalMs))).toBeLessThan(3_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })

  it('F17: calls a TLS handshake that stalls tls_timeout', async () => {
    await using receiver = await startRaw((socket) => void socket.resume())
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url.replace('http:', 'https:'), { timeoutMs: 600 })
    expect(gist(outcome)).toBe('tls_timeout')
    expect(outcome.phases.tlsMs).toBeGreaterThan(100)
  })

  it('calls a name server that does not answer dns_timeout', async () => {
    await using egress = startEgress({ lookup: () => new Promise(() => {}) })
    const outcome = await post(egress, 'http://silent.test/', { timeoutMs: 100 })
    expect(outcome).toMatchObject({ code: 'dns_timeout', phases: { connectMs: 0 } })
  })

  it('calls a host that drops packets connect_timeout', async () => {
    // A process that is stopped once it listens, with a backlog of one: further connections go unanswered, as behind a firewall.
    const script = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })`
    const stalled = spawn(process.execPath, ['-e', script])
    try {
      const port = await new Promise<string>((resolve) => stalled.stdout.once('data', (data) => resolve(String(data).trim())))
      stalled.kill('SIGSTOP')
      await using egress = startEgress()
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => post(egress, `http://127.0.0.1:${port}/`, { timeoutMs: 400 })))
      expect(new Set(outcomes.map(gist))).toEqual(new Set(['connect_timeout', 'response_timeout']))
    } finally {
      stalled.kill('SIGKILL')
    }
  })

  it('counts the wait for a free connection', async () => {
    await using receiver = await startReceiver(() => {})
    await using egress = startEgress({ connectionsPerOriginMax: 1 })
    const [first, second] = await Promise.all([
      post(egress, receiver.url, { timeoutMs: 1_000 }),
      post(egress, receiver.url, { timeoutMs: 600 }),
    ])
    expect([first, second].map(gist)).toEqual(['response_timeout', 'no_free_connection'])
    expect(second!.phases.waitMs).toBeGreaterThan(300)
  })

  it('measures the time of each phase, and they add up', async () => {
    // A clock of its own, so that time passes only where the test lets it.
    const fake = createFakeClock()
    let onLook = () => {}
    const clock = { ...fake, monotonic: () => (onLook(), fake.monotonic()) }
    const dns = Promise.withResolvers<readonly string[]>()
    const arrived = Promise.withResolvers<ServerResponse>()
    await using receiver = await startReceiver((_request, response) => arrived.resolve(response))
    await using egress = startEgress({ clock, lookup: () => dns.promise })
    const sending = post(egress, `http://phases.test:${receiver.port}/`)
    fake.advance(40)
    dns.resolve(['127.0.0.1'])
    const response = await arrived.promise
    fake.advance(60)
    // Whoever hears the first byte looks at the clock.
    const heard = new Promise<void>((resolve) => void (onLook = resolve))
    response.write('a')
    await heard
    fake.advance(20)
    response.end('b')
    const { phases } = await sending
    expect(phases).toMatchObject({ dnsMs: 40, connectMs: 0, firstByteMs: 60, bodyMs: 20, totalMs: 120 })
    const sum = phases.waitMs + phases.dnsMs + phases.connectMs + phases.tlsMs + phases.firstByteMs + phases.bodyMs
    expect(sum).toBeCloseTo(phases.totalMs, 3)
  })
})

describe('giving up', () => {
  it('aborts by signal, in any phase, and ends the socket', async () => {
    const closed = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    await using receiver = await startRaw((socket) => {
      socket.once('data', () => arrived.resolve())
      socket.on('close', () => closed.resolve())
    })
    await using egress = startEgress()
    const controller = new AbortController()
    const sending = post(egress, receiver.url, { signal: controller.signal })
    await arrived.promise
    controller.abort()
    expect(gist(await sending)).toBe('aborted')
    await closed.promise
    expect(gist(await post(egress, receiver.url, { signal: controller.signal }))).toBe('aborted')
  })

  it('closing aborts what is under way and refuses what comes later', async () => {
    const arrived = Promise.withResolvers<void>()
    await using receiver = await startReceiver(() => arrived.resolve())
    const egress = startEgress({ connectionsPerOriginMax: 1 })
    const sending = [post(egress, receiver.url), post(egress, receiver.url), post(egress, 'http://[::1]:3/')]
    await arrived.promise
    await egress.close()
    const gists = (await Promise.all(sending)).map(gist)
    expect(gists.slice(0, 2)).toEqual(['aborted', 'aborted'])
    expect(gist(await post(egress, receiver.url))).toBe('aborted')
    await egress.close()
  })
})
