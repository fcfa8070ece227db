import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { createServer as createTlsServer } from 'node:tls'
import { generate } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import { failures } from './failures.ts'
import { gist, listen, post, startEgress, startRaw, startSaying } from './test-receiver.ts'

type Pems = Awaited<ReturnType<typeof generate>>

const DAY_MS = 86_400_000
const names = (host: string) => [
  {
    name: 'subjectAltName' as const,
    altNames: [
      { type: 2 as const, value: host },
      { type: 7 as const, ip: '127.0.0.1' },
    ],
  },
]

let authority: Pems
let good: Pems
let expired: Pems
let early: Pems
let otherHost: Pems
let selfSigned: Pems

beforeAll(async () => {
  const shared = { keyType: 'ec', algorithm: 'sha256' } as const
  authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    ...shared,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  const ca = { key: authority.private, cert: authority.cert }
  const issue = (host: string, more: object = {}) =>
    generate([{ name: 'commonName', value: host }], { ...shared, ca, extensions: names(host), ...more })
  good = await issue('good.test')
  expired = await issue('good.test', { notBeforeDate: new Date(Date.now() - 2 * DAY_MS), notAfterDate: new Date(Date.now() - DAY_MS) })
  early = await issue('good.test', { notBeforeDate: new Date(Date.now() + DAY_MS), notAfterDate: new Date(Date.now() + 2 * DAY_MS) })
  otherHost = await generate([{ name: 'commonName', value: 'other.test' }], {
    ...shared,
    ca,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'other.test' }] }],
  })
  selfSigned = await generate([{ name: 'commonName', value: 'good.test' }], { ...shared, extensions: names('good.test') })
})

function startSecure(pems: Pems, more: ServerOptions = {}) {
  return listen(
    createHttpsServer(
      { key: pems.private, cert: pems.cert, ...more },
      (request, response) => void request.resume().on('end', () => response.end('ok')),
    ),
  )
}

const trusting = () => startEgress({ ca: [authority.cert], lookup: async () => ['127.0.0.1'] })

describe('TLS', () => {
  it('sends over a certificate that is trusted, by name and by address, and reuses the connection', async () => {
    await using receiver = await startSecure(good)
    await using egress = trusting()
    for (const host of ['good.test', 'good.test.', '127.0.0.1']) {
      const outcome = await post(egress, `https://${host}:${receiver.port}/`)
      expect(gist(outcome)).toBe(200)
      expect(outcome.phases.tlsMs).toBeGreaterThan(0)
    }
    expect((await post(egress, `https://good.test:${receiver.port}/`)).phases.reused).toBe(true)
    expect(receiver.accepted).toBe(3)
  })

  it.each<[string, () => Pems, string]>([
    ['an expired certificate', () => expired, 'tls_expired'],
    ['a certificate that is not valid yet', () => early, 'tls_failed'],
    ['a self-signed certificate', () => selfSigned, 'tls_self_signed'],
    ['a certificate for another host', () => otherHost, 'tls_wrong_host'],
  ])('F17: has a class for %s', async (_what, pems, code) => {
    await using receiver = await startSecure(pems())
    await using egress = trusting()
    const outcome = await post(egress, `https://good.test:${receiver.port}/`)
    expect(gist(outcome)).toBe(code)
    expect(failures[code as keyof typeof failures].hopeless).toBe(false)
  })

  it('F17: has a class for an unknown authority', async () => {
    await using receiver = await startSecure(good)
    await using egress = startEgress({ lookup: async () => ['127.0.0.1'] })
    expect(gist(await post(egress, `https://good.test:${receiver.port}/`))).toBe('tls_untrusted')
  })

  it('F17: has a class for a server that speaks only TLS 1.1', async () => {
    await using receiver = await startSecure(good, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    await using egress = trusting()
    expect(gist(await post(egress, `https://good.test:${receiver.port}/`))).toBe('tls_protocol')
  })

  it('F17: has a class for a port that does not speak TLS', async () => {
    await using receiver = await startSaying('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
    await using egress = trusting()
    expect(gist(await post(egress, `https://good.test:${receiver.port}/`))).toBe('tls_protocol')
  })

  it('calls a connection that closes during the handshake tls_failed', async () => {
    await using receiver = await startRaw((socket) => void socket.once('data', () => socket.destroy()))
    await using egress = trusting()
    expect(gist(await post(egress, `https://good.test:${receiver.port}/`))).toBe('tls_failed')
  })

  it('sends no request before the certificate is checked', async () => {
    let bytes = 0
    const server = createTlsServer({ key: otherHost.private, cert: otherHost.cert }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', (data) => (bytes += data.length))
    })
    server.on('tlsClientError', () => {})
    await using receiver = await listen(server)
    await using egress = trusting()
    expect(gist(await post(egress, `https://good.test:${receiver.port}/`))).toBe('tls_wrong_host')
    expect(bytes).toBe(0)
  })

  it('retries at once when a reused TLS connection was closed by the server', async () => {
    await using receiver = await startSecure(good)
    await using egress = trusting()
    const url = `https://good.test:${receiver.port}/`
    await post(egress, url)
    // The server forgets the connection without a word, as one that crashed or sits behind a NAT that did.
    for (const socket of receiver.sockets) socket.resetAndDestroy()
    expect(gist(await post(egress, url))).toBe(200)
    expect(receiver.accepted).toBe(2)
  })
})
