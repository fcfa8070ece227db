import { createServer as createHttpsServer } from 'node:https'
import { generate } from 'selfsigned'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startForwardProxy } from '../../../../../test/support/forward-proxy.ts'
import { systemClock } from '../clock.ts'
import { createCollectingLog } from '../testing/logs.ts'
import type { EgressOptions } from './create-egress.ts'
import { readProxy, type ProxyOptions } from './egress-proxy.ts'
import { gist, listen, post, startEgress, startRaw, startReceiver, startSaying } from './test-receiver.ts'

const PUBLIC = '93.184.215.14'
const NO_WAY = 'HTTP/1.1 503 Service Unavailable\r\n\r\n'

/** Names lead to the internet, so that what arrives at loopback came by the proxy. */
const through = (port: number, proxy: Partial<ProxyOptions> = {}, more: Partial<EgressOptions> = {}) =>
  startEgress({ lookup: async () => [PUBLIC], proxy: { url: `http://127.0.0.1:${port}`, ...proxy }, ...more })

async function issue(hosts: readonly string[]) {
  const shared = { keyType: 'ec', algorithm: 'sha256' } as const
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    ...shared,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  const altNames = hosts.map((value) => ({ type: 2 as const, value }))
  const issued = await generate([{ name: 'commonName', value: hosts[0]! }], {
    ...{ ...shared, ca: { key: authority.private, cert: authority.cert } },
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  return { ca: [authority.cert], tls: { key: issued.private, cert: issued.cert } }
}

describe('the way through the egress proxy', () => {
  it('leads to the vetted address, not to the name, and is kept', async () => {
    await using proxy = await startForwardProxy()
    await using receiver = await startReceiver((request, response) => response.end(JSON.stringify(request.headers)))
    await using egress = through(proxy.port, { url: `http://us%65r:p%3Ass@127.0.0.1:${proxy.port}` })
    const url = `http://hook.test:${receiver.port}/`
    for (const reused of [false, true]) {
      const outcome = await post(egress, url)
      expect(outcome).toMatchObject({ status: 200, address: PUBLIC, phases: { reused } })
      // What is the proxy's stays there, and the target hears its own name.
      const seen = JSON.parse(Buffer.from((outcome as { body: Uint8Array }).body).toString())
      expect(seen).toMatchObject({ host: `hook.test:${receiver.port}` })
      expect(seen).not.toHaveProperty('proxy-authorization')
    }
    expect(proxy.heads).toEqual([
      `CONNECT ${PUBLIC}:${receiver.port} HTTP/1.1\r\nhost: ${PUBLIC}:${receiver.port}\r\n` +
        `proxy-authorization: Basic ${Buffer.from('user:p:ss').toString('base64')}\r\n\r\n`,
    ])
  })

  it.each(['http', 'https'])('is TLS from end to end, through a proxy at %s', async (scheme) => {
    const { ca, tls } = await issue(['good.test', 'proxy.test'])
    await using receiver = await listen(
      createHttpsServer(tls, (request, response) => void request.resume().on('end', () => response.end())),
    )
    await using proxy = await startForwardProxy(scheme === 'https' ? { tls } : {})
    const lookup = async (name: string) => [name === 'proxy.test' ? '127.0.0.1' : PUBLIC]
    await using egress = through(proxy.port, { url: `${scheme}://proxy.test:${proxy.port}` }, { ca, lookup })
    const outcomes = [await post(egress, `https://good.test:${receiver.port}/`), await post(egress, `https://good.test:${receiver.port}/`)]
    expect(outcomes).toMatchObject([
      { status: 200, address: PUBLIC, phases: { reused: false } },
      { status: 200, address: PUBLIC, phases: { reused: true } },
    ])
    expect(outcomes[0]!.phases.connectMs).toBeGreaterThan(0)
    expect(outcomes[0]!.phases.tlsMs).toBeGreaterThan(0)
    expect(gist(await post(egress, `https://wrong.test:${receiver.port}/`))).toBe('tls_wrong_host')
    expect(proxy.accepted).toBe(2)
  })

  it('carries plain http over a proxy at https, and is ended with the egress', async () => {
    const { ca, tls } = await issue(['proxy.test'])
    await using receiver = await startReceiver()
    await using proxy = await startForwardProxy({ tls })
    const lookup = async (name: string) => [name === 'proxy.test' ? '127.0.0.1' : PUBLIC]
    await using egress = through(proxy.port, { url: `https://proxy.test:${proxy.port}` }, { ca, lookup })
    expect(gist(await post(egress, `http://hook.test:${receiver.port}/`))).toBe(200)
    const closed = [...proxy.sockets].map((socket) => new Promise((resolve) => socket.on('close', resolve)))
    expect(closed).toHaveLength(1)
    await egress.close()
    await Promise.all(closed)
  })

  it.each(['http', 'https'])('is closed with a call that its deadline ends, through a proxy at %s', async (scheme) => {
    const { ca, tls } = await issue(['proxy.test'])
    await using receiver = await startRaw(() => {})
    await using proxy = await startForwardProxy(scheme === 'https' ? { tls } : {})
    const lookup = async (name: string) => [name === 'proxy.test' ? '127.0.0.1' : PUBLIC]
    await using egress = through(proxy.port, { url: `${scheme}://proxy.test:${proxy.port}` }, { ca, lookup })
    expect(gist(await post(egress, `https://hook.test:${receiver.port}/`, { timeoutMs: 400 }))).toBe('tls_timeout')
    await Promise.all([...proxy.sockets].map((socket) => new Promise((resolve) => socket.on('close', resolve))))
    expect(proxy.accepted).toBe(1)
  })

  it('needs a certificate of the proxy that is trusted', async () => {
    const { tls } = await issue(['proxy.test'])
    await using proxy = await startForwardProxy({ tls })
    await using egress = through(proxy.port, { url: `https://127.0.0.1:${proxy.port}` })
    expect(await post(egress, 'http://hook.test/')).toMatchObject({ code: 'proxy_unreachable' })
    expect(proxy.heads).toEqual([])
  })

  it('takes IPv4 before IPv6, and the next address where the proxy finds no way to one', async () => {
    await using proxy = await startForwardProxy()
    proxy.refuse((head) => (head.includes(PUBLIC) ? NO_WAY : undefined))
    await using receiver = await startReceiver()
    await using egress = through(proxy.port, {}, { lookup: async () => ['2606:4700::1111', PUBLIC] })
    expect(await post(egress, `http://hook.test:${receiver.port}/`)).toMatchObject({ status: 200, address: '2606:4700::1111' })
    expect(proxy.heads.map((head) => head.split(' ')[1])).toEqual([`${PUBLIC}:${receiver.port}`, `[2606:4700::1111]:${receiver.port}`])
  })

  it.each([
    ['http', 'reset'],
    ['https', 'tls_protocol'],
  ])('takes what comes behind the answer for the host’s, which has not been asked anything yet over %s', async (scheme, code) => {
    await using proxy = await startRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'))
    })
    await using egress = through(proxy.port)
    expect(gist(await post(egress, `${scheme}://hook.test/`))).toBe(code)
  })

  it('breaks off as any connection does, and a kept one that broke off is opened anew', async () => {
    await using proxy = await startForwardProxy()
    let broken = false
    await using receiver = await startReceiver((request, response) => {
      if (broken) for (const socket of proxy.sockets) socket.destroy()
      else request.resume().on('end', () => response.end())
    })
    await using egress = through(proxy.port)
    const url = `http://hook.test:${receiver.port}/`
    expect(gist(await post(egress, url))).toBe(200)
    for (const socket of proxy.sockets) socket.resetAndDestroy()
    expect(gist(await post(egress, url))).toBe(200)
    broken = true
    expect(gist(await post(egress, url))).toBe('reset')
    // Once on the kept one, and once more on a fresh one.
    expect(proxy.heads).toHaveLength(3)
  })
})

describe('S3: the guard before the egress proxy', () => {
  it.each([false, true])('refuses private targets, by name where it resolves them; the proxy resolves: %s', async (resolves) => {
    await using proxy = await startForwardProxy()
    await using egress = through(proxy.port, { resolves }, { allow: [], lookup: async () => ['10.0.0.1'] })
    const urls = [
      'http://127.0.0.1/',
      'http://10.1.2.3/',
      'http://169.254.169.254/',
      'http://[::1]/',
      'http://localhost/',
      'http://0x7f.1/',
    ]
    for (const url of urls) expect([url, gist(await post(egress, url)), egress.vet(url).ok]).toEqual([url, 'address_refused', false])
    if (!resolves) expect(gist(await post(egress, 'http://private.test/'))).toBe('address_refused')
    expect(proxy.accepted).toBe(0)
  })

  it.each(['redis', 'metadata.google.internal', 'metadata.google.internal.', 'printer.local', 'api.default.svc', 'nas.home.arpa'])(
    'refuses the name %s where the proxy resolves',
    async (name) => {
      await using proxy = await startForwardProxy()
      await using egress = through(proxy.port, { resolves: true })
      expect(gist(await post(egress, `http://${name}/`))).toBe('address_refused')
      expect(egress.vet(`http://${name}/`)).toMatchObject({ ok: false, reason: expect.stringMatching(/^The host \S+ is a name /) })
      expect(proxy.accepted).toBe(0)
    },
  )

  it('gives the proxy names that it resolves, and asks nobody for them', async () => {
    await using proxy = await startForwardProxy()
    await using receiver = await startReceiver()
    const asked: string[] = []
    const lookup = async (name: string) => {
      asked.push(name)
      return ['127.0.0.1']
    }
    await using egress = through(proxy.port, { resolves: true, bypass: ['direct.test'] }, { lookup })
    for (const reused of [false, true]) {
      const outcome = await post(egress, `http://hook.test:${receiver.port}/`)
      expect(outcome).toMatchObject({ status: 200, address: 'hook.test', phases: { reused } })
    }
    expect(asked).toEqual([])
    expect(proxy.heads.map((head) => head.split(' ')[1])).toEqual([`hook.test:${receiver.port}`])
    expect(await post(egress, `http://direct.test:${receiver.port}/`)).toMatchObject({ status: 200, address: '127.0.0.1' })
    expect(asked).toEqual(['direct.test'])
    expect(proxy.accepted).toBe(1)
  })
})

describe('what is reached beside the egress proxy', () => {
  it('is this machine, and what the operator names', async () => {
    await using proxy = await startForwardProxy()
    await using receiver = await startReceiver()
    await using egress = through(proxy.port, { bypass: ['.corp.test'] }, { lookup: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', 'localhost', 'a.corp.test']) {
      expect(gist(await post(egress, `http://${host}:${receiver.port}/`))).toBe(200)
    }
    expect(proxy.accepted).toBe(0)
  })
})

describe('a failure of the egress proxy', () => {
  it.each([
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'proxy_refused', 'It answered with status 403.'],
    ['asks for credentials', 'HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n', 'proxy_refused', 'It answered with status 407.'],
    ['finds no way', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', 'proxy_refused', 'It answered with status 502.'],
    ['speaks something else', 'SOCKS no\r\n\r\n', 'proxy_failed', 'Its answer is not HTTP/1.1.'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(10_000)}`, 'proxy_failed', 'Its answer has too many headers.'],
    ['breaks off its answer', 'HTTP/1.1 200 OK\r\n', 'proxy_failed', 'It closed the connection without an answer.'],
    ['closes', '', 'proxy_failed', 'It closed the connection without an answer.'],
  ])('has a code: it %s', async (_what, text, code, detail) => {
    await using proxy = await startSaying(text)
    await using egress = through(proxy.port, { url: `http://user:canary@127.0.0.1:${proxy.port}` })
    const outcome = await post(egress, 'http://hook.test/')
    expect(outcome).toMatchObject({ code, detail })
    // Customers read it: neither where the proxy is nor who asks there is for them.
    expect(JSON.stringify(outcome)).not.toMatch(/canary|127\.0\.0\.1/)
  })

  it('has a code: it is not there', async () => {
    await using egress = through(3)
    expect(await post(egress, 'http://hook.test/')).toMatchObject({
      code: 'proxy_unreachable',
      detail: 'The connection ended with ECONNREFUSED.',
    })
  })

  it('has a code: nobody knows its name', async () => {
    const lookup = async (name: string) => {
      if (name === 'proxy.test') throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })
      return [PUBLIC]
    }
    await using egress = through(3, { url: 'http://proxy.test' }, { lookup })
    expect(await post(egress, 'http://hook.test/')).toMatchObject({ code: 'proxy_unreachable', detail: 'Its name could not be resolved.' })
  })

  it('has a code: it says nothing until the deadline', async () => {
    await using proxy = await startRaw(() => {})
    await using egress = through(proxy.port)
    const outcome = await post(egress, 'http://hook.test/', { timeoutMs: 300 })
    expect(outcome).toMatchObject({ code: 'proxy_failed', detail: 'After 300 ms it had not answered.' })
    expect(outcome.phases.connectMs).toBeGreaterThan(200)
  })

  it('has a code: its handshake is not complete at the deadline', async () => {
    await using proxy = await startRaw((socket) => void socket.resume())
    await using egress = through(proxy.port, { url: `https://127.0.0.1:${proxy.port}` })
    expect(gist(await post(egress, 'http://hook.test/', { timeoutMs: 300 }))).toBe('proxy_unreachable')
    await Promise.all([...proxy.sockets].map((socket) => new Promise((resolve) => socket.on('close', resolve))))
  })

  it('is logged once a minute for each way to fail', async () => {
    let now = 0
    const clock = { ...systemClock, monotonic: () => now }
    const log = createCollectingLog()
    await using proxy = await startForwardProxy()
    await using egress = through(proxy.port, { url: `http://user:canary@127.0.0.1:${proxy.port}` }, { clock, log })
    const failing = async (answer: string) => {
      proxy.refuse(() => answer)
      await post(egress, 'http://hook.test/')
    }
    for (const answer of [NO_WAY, NO_WAY, '', NO_WAY]) await failing(answer)
    now = 60_000
    await failing(NO_WAY)
    const refused = { code: 'proxy_refused', detail: 'It answered with status 503.' }
    expect(log.entries.map(({ event, fields }) => [event, fields])).toEqual([
      ['egress.proxy.failed', refused],
      ['egress.proxy.failed', { code: 'proxy_failed', detail: 'It closed the connection without an answer.' }],
      ['egress.proxy.failed', { ...refused, leftOut: 2 }],
    ])
  })

  it('is the host’s while it opens ways to other hosts, and for a minute after', async () => {
    await using receiver = await startReceiver()
    await using proxy = await startForwardProxy()
    proxy.refuse((head) => (head.includes('dead.test') ? NO_WAY : undefined))
    let now = 0
    const clock = { ...systemClock, monotonic: () => now }
    await using egress = through(proxy.port, { resolves: true }, { clock, keepAliveMs: 1 })
    const ask = async (host: string) => gist(await post(egress, `http://${host}:${receiver.port}/`))
    expect(await ask('dead.test')).toBe('proxy_refused')
    expect(await ask('works.test')).toBe(200)
    expect(await ask('dead.test')).toBe('proxy_no_way')
    now += 60_000
    expect(await ask('dead.test')).toBe('proxy_refused')
  })

  it('is the host’s too where it only waits, while it opens ways to others', async () => {
    await using receiver = await startReceiver()
    await using proxy = await startForwardProxy()
    await using egress = through(proxy.port, { resolves: true })
    expect(gist(await post(egress, `http://works.test:${receiver.port}/`))).toBe(200)
    proxy.refuse(() => null)
    expect(gist(await post(egress, `http://silent.test:${receiver.port}/`, { timeoutMs: 300 }))).toBe('proxy_no_way')
  })

  it('is its own for a host that it opened a way to itself', async () => {
    await using receiver = await startReceiver()
    await using proxy = await startForwardProxy()
    await using egress = through(proxy.port)
    const url = `http://hook.test:${receiver.port}/`
    expect(gist(await post(egress, url))).toBe(200)
    proxy.refuse(() => NO_WAY)
    for (const socket of proxy.sockets) socket.resetAndDestroy()
    expect(gist(await post(egress, url))).toBe('proxy_refused')
  })
})

it('the environment names no proxy', async () => {
  await using proxy = await startForwardProxy()
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'] as const
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`
  onTestFinished(() => {
    for (const name of names) delete process.env[name]
  })
  await using receiver = await startReceiver()
  await using egress = startEgress()
  expect(gist(await post(egress, receiver.url))).toBe(200)
  expect(proxy.accepted).toBe(0)
})

it.each(['proxy:3128', 'ftp://proxy', 'http://proxy/path', 'http://proxy/?a', 'http://us%er@proxy', ''])(
  '%j is no proxy, and is not shown',
  (text) => {
    expect(() => readProxy(text)).toThrow(/^the egress proxy is not a URL such as http:\/\/proxy\.example:3128$/)
  },
)
