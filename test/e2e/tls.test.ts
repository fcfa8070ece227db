import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls, type ConnectionOptions, type PeerCertificate } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '@posthorn/server'
import { PublicServer } from '../../packages/server/src/ingest/index.ts'
import { createIds } from '../../packages/server/src/domain/index.ts'
import { systemClock, systemRandom } from '../../packages/server/src/platform/index.ts'
import { issue, makeAuthority, type Pems } from '../support/certificates.ts'

type Running = Awaited<ReturnType<typeof startServer>>

const folder = mkdtempSync(join(tmpdir(), 'posthorn-tls-'))
const path = (name: string) => join(folder, name)
let authority: Pems
let own: Pems
let renewed: Pems
let partner: Pems
let stranger: Pems
let expired: Pems
let forServers: Pems
let server: Running

beforeAll(async () => {
  authority = await makeAuthority()
  const partners = await makeAuthority('Partners')
  const name = 'orders.partner.test'
  const past = { from: new Date('2020-01-01'), to: new Date('2021-01-01') }
  ;[own, renewed, partner, stranger, expired, forServers] = await Promise.all([
    issue(authority),
    issue(authority),
    issue(partners, { name, use: 'clientAuth' }),
    issue(await makeAuthority('Others'), { name }),
    issue(partners, { name, ...past }),
    issue(partners, { name, use: 'serverAuth' }),
  ])
  write(own)
  writeFileSync(path('partners.pem'), partners.cert)
  server = await startServer({
    environment: {
      POSTHORN_PORT: '0',
      POSTHORN_DATA: path('data'),
      POSTHORN_LOG_LEVEL: 'error',
      POSTHORN_TLS_CERT: path('cert.pem'),
      POSTHORN_TLS_KEY: path('key.pem'),
      POSTHORN_TLS_CLIENT_CA: path('partners.pem'),
    },
    flags: {},
    file: undefined,
    dev: false,
  })
  await call('POST /app/default/listener', { name: 'Open', suffix: '/open', auth: { kind: 'none' }, requireHttps: true })
  await call('POST /app/default/listener', { name: 'Orders', suffix: '/orders', auth: { kind: 'mtls', names: ['orders.partner.test'] } })
  await call('POST /app/default/listener', { name: 'Stock', suffix: '/stock', auth: { kind: 'mtls', names: ['stock.partner.test'] } })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

function write({ cert, private: key }: Pems): void {
  writeFileSync(path('cert.pem'), cert)
  writeFileSync(path('key.pem'), key)
}

interface Heard {
  readonly status: number
  readonly body: string
}

async function ask(method: string, target: string, { body = '', headers = {}, as }: { body?: string; headers?: object; as?: Pems } = {}) {
  const identity = as && { cert: as.cert, key: as.private }
  const asked = request(`${server.url}${target}`, { method, headers: { ...headers }, ca: authority.cert, agent: false, ...identity }).end(
    body,
  )
  const [answer] = await once(asked, 'response')
  return { status: answer.statusCode, body: await text(answer) } satisfies Heard
}

async function call(methodAndPath: string, body: object): Promise<void> {
  const [method = '', target = ''] = methodAndPath.split(' ')
  const headers = { authorization: `Bearer ${server.firstKey}`, 'content-type': 'application/json' }
  const answer = await ask(method, `/api/v1${target}`, { body: JSON.stringify(body), headers })
  expect(answer.status, answer.body).toBe(201)
}

/** The certificate that a new connection is shown; rejects with the reason where none comes about. */
async function shown(options: ConnectionOptions = {}): Promise<PeerCertificate> {
  const socket = connectTls({ host: 'localhost', port: Number(new URL(server.url).port), ca: authority.cert, ...options })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate()
  } finally {
    socket.destroy()
  }
}

describe('R108: TLS of its own', () => {
  test('both planes answer over it, a listener that asks for HTTPS is content, and plain HTTP hears nothing', async () => {
    expect(server.url).toMatch(/^https:/)
    expect(await ask('POST', '/in/default/open')).toMatchObject({ status: 202 })
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200 })
    const plain = plainRequest(server.url.replace('https', 'http')).end()
    await expect(once(plain, 'response')).rejects.toThrow(/hang up|reset/)
  })

  test('nothing older than 1.2 is spoken', async () => {
    await expect(shown({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow()
    await shown({ maxVersion: 'TLSv1.2' })
  })

  test('whatever name a caller asks for, or none, there is one certificate', async () => {
    const { serialNumber } = await shown()
    const anyName = { checkServerIdentity: () => undefined }
    for (const servername of ['', 'nobody.example', 'x'.repeat(255)])
      expect((await shown({ servername, ...anyName })).serialNumber).toBe(serialNumber)
  })

  test('a caller who speaks nothing but HTTP/2 is refused in the handshake, and one who also speaks HTTP/1.1 is served', async () => {
    await expect(shown({ ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/)
    await shown({ ALPNProtocols: ['h2', 'http/1.1'] })
  })

  test('new keys are not negotiated on a connection that stands', async () => {
    const socket = connectTls({ host: 'localhost', port: Number(new URL(server.url).port), ca: authority.cert, maxVersion: 'TLSv1.2' })
    await once(socket, 'secureConnect')
    const outcome = new Promise<Error | null>((resolve) => {
      socket.on('error', resolve)
      socket.renegotiate({}, resolve)
    })
    expect(String(await outcome)).toMatch(/no renegotiation/)
    socket.destroy()
  })

  test('a listener takes a client certificate of a known authority in its name, and says why not', async () => {
    expect(await ask('POST', '/in/default/orders', { as: partner })).toMatchObject({ status: 202 })
    const refused = async (target: string, as?: Pems) => {
      const { status, body } = await ask('POST', target, as && { as })
      return [status, (JSON.parse(body) as { code: string }).code]
    }
    expect(await refused('/in/default/orders')).toEqual([401, 'certificate_missing'])
    for (const wrong of [stranger, expired, forServers])
      expect(await refused('/in/default/orders', wrong)).toEqual([401, 'certificate_wrong'])
    expect(await refused('/in/default/stock', partner)).toEqual([401, 'certificate_wrong'])
  })

  test('what is renewed on the disk is shown to new connections without a restart, and what does not fit is not', async () => {
    const serial = async () => (await shown()).serialNumber
    const before = await serial()
    writeFileSync(path('key.pem'), 'half written')
    write(renewed)
    let now = before
    for (; now === before; now = await serial()) await pause(100)
    expect(now).not.toBe(before)
    expect(await ask('POST', '/in/default/open')).toMatchObject({ status: 202 })
  })
})

test('R108: a handshake that does not come to an end is cut, and so at a stop', async () => {
  const ids = createIds({ now: systemClock.now, fill: (target) => systemRandom().fill(target) })
  const tls = { cert: own.cert, key: own.private, clientCa: null }
  const door = new PublicServer((_, response) => void response.end(), { clock: systemClock, ids, tls, handshakeMs: 100 })
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve))
  const { port } = door.server.address() as AddressInfo
  const slow = connect(port, '127.0.0.1').on('error', () => {})
  slow.write(Buffer.from([0x16, 0x03, 0x01]))
  await once(slow.resume(), 'close')
  const begun = connect(port, '127.0.0.1').on('error', () => {})
  await once(begun, 'connect')
  const closed = once(begun.resume(), 'close')
  await new Promise<void>((resolve) => door.drain(resolve))
  door.cut()
  await closed
  await door.quiet(AbortSignal.timeout(5000))
  expect([slow.bytesRead, begun.bytesRead]).toEqual([0, 0])
})
