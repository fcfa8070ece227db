import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { startWholeServer, type WholeServer } from './whole-server.ts'

let server: WholeServer | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await stop()
})

interface Answer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** A kept connection: one request after the other, as bytes. */
async function dial(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'connect')
  let heard = ''
  let reset = false
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
  socket.on('error', () => (reset = true))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    /** `missing`: so much of the body is announced and does not come. */
    send: (method: string, path: string, { body = '', headers = [] as readonly string[], missing = 0 } = {}) =>
      void socket.write(
        [`${method} ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length + missing}`, ...headers, '', body].join('\r\n'),
      ),
    async answer(): Promise<Answer> {
      for (;;) {
        const end = heard.indexOf('\r\n\r\n')
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0)
        if (end !== -1 && heard.length >= end + 4 + length) {
          const answer = { head: heard.slice(0, end), body: heard.slice(end + 4, end + 4 + length) }
          heard = heard.slice(end + 4 + length)
          return { status: Number(answer.head.slice(9, 12)), ...answer }
        }
        await Promise.race([once(socket, 'data'), closed.then(() => Promise.reject(new Error(`closed, reset: ${reset}`)))])
      }
    },
    /** Resolves to whether it was reset when the connection has ended. */
    ended: closed.then(() => reset),
  }
}

/** Resolves when nobody listens any more. Who connects in the last moment may be served or reset. */
async function refused(url: string): Promise<void> {
  for (let code: string | undefined; code !== 'ECONNREFUSED'; await pause(2)) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    code = await new Promise((resolve) => {
      socket.on('connect', () => resolve(undefined)).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    socket.destroy()
  }
}

const closes = ({ head }: Answer) => /\r\nconnection: close/i.test(head)

async function start(environment: Record<string, string> = {}): Promise<WholeServer> {
  server = await startWholeServer({ engine: 'sqlite', environment })
  return server
}

/** As a signal does. */
async function stop(): Promise<void> {
  const stopping = server?.stop()
  server = undefined
  await stopping
}

/** A listener whose flow answers after a call to a receiver that answers when it is told to. */
async function slowFlow({ make }: WholeServer, url: string, timeoutMs: number) {
  const listener = await make('POST /app/default/listener', {
    name: 'Slow',
    system: 'custom',
    suffix: '/slow',
    auth: { kind: 'none' },
    reply: { mode: 'flow', timeoutMs },
  })
  const flow = await make('POST /app/default/flow', {
    name: 'Slow',
    trigger: { kind: 'webhook', listener: listener['id'] },
    steps: [
      { id: 'ask', kind: 'send_webhook', url },
      { id: 'reply', kind: 'webhook_response', status: 200, body: 'Done.' },
    ],
  })
  await make(`POST /app/default/flow/${String(flow['id'])}/publish`)
}

describe('F29: from the signal on', () => {
  test('nobody listens, what is under way and what comes on kept connections is answered and ends them, and nobody is reset', async () => {
    const { url, key, make } = await start()
    const receiver = createServer().listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    await slowFlow(server!, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, 20_000)
    await make('POST /app/default/listener', { name: 'Open', system: 'custom', suffix: '/open', auth: { kind: 'none' } })
    const authorization = [`Authorization: Bearer ${key}`, 'Content-Type: application/json']

    const [waiting, ready, api, ingest, silent] = await Promise.all(Array.from({ length: 5 }, () => dial(url)))
    for (const kept of [ready!, api!, ingest!, silent!]) {
      kept.send('GET', '/healthz')
      expect(closes(await kept.answer())).toBe(false)
    }
    const asked = once(receiver, 'request')
    waiting!.send('POST', '/in/default/slow')
    const [, held] = (await asked) as [unknown, ServerResponse]

    let stopped = false
    const stopping = stop().then(() => (stopped = true))
    await refused(url)

    ready!.send('GET', '/readyz')
    const notReady = await ready!.answer()
    expect([notReady.status, closes(notReady)]).toEqual([503, true])
    expect(notReady.body).toContain('"code":"stopping"')
    api!.send('POST', '/api/v1/app/default/msg', { body: '{"eventType":"a.b","payload":{}}', headers: authorization })
    const taken = await api!.answer()
    expect([taken.status, closes(taken)]).toEqual([202, true])
    ingest!.send('POST', '/in/default/open')
    const accepted = await ingest!.answer()
    expect([accepted.status, closes(accepted)]).toEqual([202, true])
    // The connections end while the caller of the listener still waits: the API is closed by then.
    expect(await Promise.all([ready!.ended, api!.ended, ingest!.ended, silent!.ended])).toEqual([false, false, false, false])
    expect(stopped).toBe(false)

    held.end()
    const replied = await waiting!.answer()
    expect([replied.status, replied.body, closes(replied)]).toEqual([200, 'Done.', true])
    expect(await waiting!.ended).toBe(false)
    await stopping
    receiver.close()
    receiver.closeAllConnections()
  })

  test('bodies that do not go on are waited for no longer: their senders hear that it stops', async () => {
    const { url, key, make } = await start()
    await make('POST /app/default/listener', { name: 'Open', system: 'custom', suffix: '/open', auth: { kind: 'none' } })
    const json = ['Content-Type: application/json', 'Expect: 100-continue']
    const form = ['Content-Type: multipart/form-data; boundary=b', 'Expect: 100-continue']
    const begun = '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nx'
    const bodies = [
      ['/in/default/open', { headers: json, missing: 1000 }],
      ['/in/default/open', { headers: form, missing: 1000 }],
      ['/in/default/open', { headers: form, body: begun, missing: 1_000_000 }],
      ['/api/v1/app/default/msg', { headers: [...json, `Authorization: Bearer ${key}`], body: '{', missing: 1000 }],
    ] as const
    const callers = await Promise.all(bodies.map(() => dial(url)))
    for (const [i, [path, sent]] of bodies.entries()) callers[i]!.send('POST', path, sent)
    // Then they have their heads.
    expect((await Promise.all(callers.map((one) => one.answer()))).map(({ status }) => status)).toEqual([100, 100, 100, 100])
    await stop()
    for (const caller of callers) {
      const answer = await caller.answer()
      expect([answer.status, closes(answer)]).toEqual([503, true])
      expect(answer.body).toContain('"code":"stopping"')
      expect(answer.head).toMatch(/\r\nretry-after: /i)
    }
  })

  test('both ports end, where listeners have one of their own', async () => {
    const { url, ingressUrl } = await start({ POSTHORN_INGRESS_PORT: '0' })
    const [api, ingest] = await Promise.all([dial(url), dial(ingressUrl)])
    for (const kept of [api, ingest]) {
      kept.send('GET', '/in/default/none')
      expect(closes(await kept.answer())).toBe(false)
    }
    const stopping = stop()
    await Promise.all([refused(url), refused(ingressUrl)])
    for (const kept of [api, ingest]) {
      kept.send('GET', '/in/default/none')
      const answer = await kept.answer()
      expect([answer.status, closes(answer), await kept.ended]).toEqual([404, true, false])
    }
    await stopping
  })
})
