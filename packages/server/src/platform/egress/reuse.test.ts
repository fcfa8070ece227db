import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { gist, post, startEgress, startRaw, startReceiver } from './test-receiver.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('connections', () => {
  it('serve one request after another', async () => {
    await using receiver = await startReceiver()
    await using egress = startEgress()
    for (let i = 0; i < 20; i++) expect((await post(egress, receiver.url)).phases.reused).toBe(i > 0)
    expect(receiver.accepted).toBe(1)
  })

  it.each([
    ['the server says Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['the server speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['the server keeps connections for less than two seconds', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok'],
    ['the body was cut', `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`],
  ])('are not reused when %s', async (_why, text) => {
    await using receiver = await startRaw((socket) => void socket.on('data', () => socket.write(text)))
    await using egress = startEgress()
    for (let i = 0; i < 3; i++) expect(await post(egress, receiver.url)).toMatchObject({ status: 200, phases: { reused: false } })
    expect(receiver.accepted).toBe(3)
  })

  it('are not reused when the server answered before it had read the request', async () => {
    await using receiver = await startRaw((socket) => {
      socket.once('data', () => {
        socket.pause()
        socket.write(ok)
      })
    })
    await using egress = startEgress()
    const body = Buffer.alloc(16_000_000)
    for (let i = 0; i < 2; i++) expect(await post(egress, receiver.url, { body })).toMatchObject({ status: 200, phases: { reused: false } })
    expect(receiver.accepted).toBe(2)
  })

  it('end after the time they are kept', async () => {
    const closed = Promise.withResolvers<void>()
    await using receiver = await startRaw((socket) => {
      socket.on('data', () => socket.write(ok)).on('close', () => closed.resolve())
    })
    await using egress = startEgress({ keepAliveMs: 50 })
    expect(gist(await post(egress, receiver.url))).toBe(200)
    await closed.promise
    expect((await post(egress, receiver.url)).phases.reused).toBe(false)
  })

  it('F19: a reused connection that closes unheard is retried at once, with the same body', async () => {
    const bodies: string[] = []
    await using receiver = await startRaw((socket, count) => {
      let requests = 0
      socket.on('data', (data) => {
        // The first connection takes its second request and closes, as a server does whose idle time ended just then.
        if (count === 1 && ++requests === 2) return void socket.destroy()
        bodies.push(data.toString().split('\r\n\r\n')[1]!)
        socket.write(ok)
      })
    })
    await using egress = startEgress()
    await post(egress, receiver.url, { body: Buffer.from('one') })
    const second = await post(egress, receiver.url, { body: Buffer.from('two') })
    expect(second).toMatchObject({ kind: 'response', status: 200, phases: { reused: false } })
    expect(bodies).toEqual(['one', 'two'])
    expect(receiver.accepted).toBe(2)
  })

  it('F19: a new connection that closes unheard is a failure, and is not retried', async () => {
    await using receiver = await startRaw((socket) => void socket.once('data', () => socket.destroy()))
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url))).toBe('reset')
    expect(receiver.accepted).toBe(1)
  })

  it('F19: a reused connection that closes after the first byte is a failure, and is not retried', async () => {
    await using receiver = await startRaw((socket) => {
      let requests = 0
      socket.on('data', () => (++requests === 1 ? socket.write(ok) : socket.end('HTTP/1.1 200')))
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url))).toBe(200)
    expect(gist(await post(egress, receiver.url))).toBe('reset')
    expect(receiver.accepted).toBe(1)
  })

  it('F19: the retry fails for good when the new connection closes as well', async () => {
    await using receiver = await startRaw((socket, count) => {
      let requests = 0
      socket.on('data', () => (count === 1 && ++requests === 1 ? socket.write(ok) : socket.destroy()))
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url))).toBe(200)
    expect(gist(await post(egress, receiver.url))).toBe('reset')
    expect(receiver.accepted).toBe(2)
  })

  it('F19: 10,000 sends to a server that ends idle connections at awkward moments: no false failure', async () => {
    // Closes a connection after 1 to 7 responses, some at once and some in a later turn, without saying so before.
    await using receiver = await startRaw((socket, count) => {
      let left = 1 + (count % 7)
      socket.on('data', (data) => {
        if (left === 0) return
        socket.write(ok)
        if (--left > 0 || !data.toString().endsWith('{}')) return
        if (count % 3 === 0) socket.end()
        else if (count % 3 === 1) setImmediate(() => socket.destroy())
        else setTimeout(() => socket.end(), count % 4)
      })
    })
    await using egress = startEgress()
    const gists = new Map<number | string, number>()
    let sent = 0
    const sender = async () => {
      while (sent++ < 10_000) {
        const seen = gist(await post(egress, receiver.url))
        gists.set(seen, (gists.get(seen) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: 16 }, sender))
    expect(gists).toEqual(new Map([[200, 10_000]]))
    expect(receiver.accepted).toBeGreaterThan(1_000)
  })
})

describe('the limits of connections', () => {
  /** Holds every request until `release` is called, and says how many are held. */
  async function startHolding() {
    const held: ServerResponse[] = []
    const arrivals: (() => void)[] = []
    const receiver = await startReceiver((_request, response) => {
      held.push(response)
      arrivals.shift()?.()
    })
    const arrived = (count: number): Promise<void> =>
      held.length >= count ? Promise.resolve() : new Promise<void>((resolve) => arrivals.push(resolve)).then(() => arrived(count))
    return { receiver, held, arrived }
  }

  it('F10: lets no more through to one origin than its limit, and hands the connection on', async () => {
    const { receiver: holding, held, arrived } = await startHolding()
    await using receiver = holding
    await using egress = startEgress({ connectionsPerOriginMax: 2 })
    const sending = Array.from({ length: 6 }, () => post(egress, receiver.url))
    for (let i = 1; i <= 6; i++) {
      await arrived(Math.min(i + 1, 6))
      held[i - 1]!.end('ok')
    }
    expect((await Promise.all(sending)).map(gist)).toEqual([200, 200, 200, 200, 200, 200])
    expect(receiver.accepted).toBe(2)
  })

  it('F10: an origin that hangs does not hold up another one', async () => {
    await using hanging = await startReceiver(() => {})
    await using quick = await startReceiver()
    await using egress = startEgress({ connectionsPerOriginMax: 4, connectionsMax: 8 })
    const stuck = Array.from({ length: 50 }, () => post(egress, hanging.url, { timeoutMs: 2_500 }))
    for (let i = 0; i < 20; i++) expect(gist(await post(egress, quick.url, { timeoutMs: 2_000 }))).toBe(200)
    const gists = (await Promise.all(stuck)).map(gist)
    expect(new Set(gists)).toEqual(new Set(['response_timeout', 'no_free_connection']))
  })

  it('at the limit of all, the connection idle for longest makes room', async () => {
    await using a = await startReceiver()
    await using b = await startReceiver()
    await using c = await startReceiver()
    await using egress = startEgress({ connectionsMax: 2 })
    for (const { url } of [a, b, c, b]) expect(gist(await post(egress, url))).toBe(200)
    expect([a, b, c].map(({ accepted }) => accepted)).toEqual([1, 1, 1])
    expect(gist(await post(egress, a.url))).toBe(200)
    expect(a.accepted).toBe(2)
  })

  it('at the limit of all, who waits longest is served first, although a busy origin wants its connections back', async () => {
    await using busy = await startReceiver()
    await using patient = await startReceiver((_request, response) => response.writeHead(201).end())
    await using egress = startEgress({ connectionsMax: 2, connectionsPerOriginMax: 2 })
    let going = true
    const storm = Array.from({ length: 10 }, async () => {
      while (going) expect(gist(await post(egress, busy.url))).toBe(200)
    })
    for (let i = 0; i < 20; i++) expect(gist(await post(egress, patient.url, { timeoutMs: 5_000 }))).toBe(201)
    going = false
    await Promise.all(storm)
  })

  it('hundreds of origins share few connections, none is forgotten, and none gets what was meant for another', async () => {
    await using receiver = await startReceiver((request, response) => response.end(request.headers.host))
    await using egress = startEgress({ connectionsMax: 10, connectionsPerOriginMax: 3, lookup: async () => ['127.0.0.1'] })
    const hosts = Array.from({ length: 1_000 }, (_, i) => `host-${i % 200}.test:${receiver.port}`)
    const outcomes = await Promise.all(hosts.map((host) => post(egress, `http://${host}/`, { timeoutMs: 20_000 })))
    expect(outcomes.map((outcome) => outcome.kind === 'response' && Buffer.from(outcome.body).toString())).toEqual(hosts)
    expect(receiver.sockets.size).toBeLessThanOrEqual(10)
  })

  it('who gives up in line leaves it to the others', async () => {
    const { receiver: holding, held, arrived } = await startHolding()
    await using receiver = holding
    await using egress = startEgress({ connectionsPerOriginMax: 1 })
    const controller = new AbortController()
    const first = post(egress, receiver.url)
    const second = post(egress, receiver.url, { signal: controller.signal })
    const third = post(egress, receiver.url)
    await arrived(1)
    controller.abort()
    held[0]!.end()
    await arrived(2)
    held[1]!.end()
    expect((await Promise.all([first, second, third])).map(gist)).toEqual([200, 'aborted', 200])
  })

  it('who gives up in the line of all is not called for', async () => {
    const { receiver: holding, held, arrived } = await startHolding()
    await using receiver = holding
    await using left = await startReceiver()
    await using next = await startReceiver()
    await using egress = startEgress({ connectionsMax: 1 })
    const controller = new AbortController()
    const sending = [post(egress, receiver.url), post(egress, left.url, { signal: controller.signal }), post(egress, next.url)]
    await arrived(1)
    controller.abort()
    held[0]!.end()
    expect((await Promise.all(sending)).map(gist)).toEqual([200, 'aborted', 200])
    expect(left.accepted).toBe(0)
  })

  it('a connection that could not be opened leaves its place to the next', async () => {
    await using egress = startEgress({ connectionsMax: 1 })
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => post(egress, 'http://127.0.0.1:3/', { timeoutMs: 2_000 })))
    expect(outcomes.map(gist)).toEqual(Array(5).fill('connect_refused'))
  })

  it('tries the next address when the first does not answer', async () => {
    await using receiver = await startReceiver()
    await using egress = startEgress({ lookup: async () => ['127.0.0.7', '127.0.0.1'] })
    expect(await post(egress, `http://two.test:${receiver.port}/`)).toMatchObject({ status: 200, address: '127.0.0.1' })
  })
})
