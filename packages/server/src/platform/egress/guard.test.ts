import { networkInterfaces } from 'node:os'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { createEgress } from './create-egress.ts'
import { failures } from './failures.ts'
import { gist, post, startEgress, startReceiver } from './test-receiver.ts'

let hits = 0
const canaries = [createServer(hit), createServer(hit)] as const
let port = 0

function hit(socket: { destroy(): void }): void {
  hits++
  socket.destroy()
}

beforeAll(async () => {
  await new Promise<void>((resolve) => canaries[0].listen(0, '127.0.0.1', resolve))
  port = (canaries[0].address() as { port: number }).port
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
  if (hasIpv6) await new Promise<void>((resolve) => canaries[1].listen(port, '::1', resolve))
})

afterAll(() => {
  for (const canary of canaries) canary.close()
})

/** PORT stands for the canary's port. */
// oxfmt-ignore
const spellings = [
  // Every way to write 127.0.0.1 that the WHATWG parser understands
  'http://127.0.0.1:PORT/', 'http://127.1:PORT/', 'http://127.0.1:PORT/', 'http://2130706433:PORT/', 'http://0x7f000001:PORT/', 'http://0x7f.1:PORT/',
  'http://0x7f.0x0.0x0.0x1:PORT/', 'http://0177.0.0.1:PORT/', 'http://0177.0x0.1:PORT/', 'http://017700000001:PORT/', 'http://00000177.0.0.1:PORT/',
  'http://127.000.000.001:PORT/', 'http://127.0.0.1.:PORT/', 'http://127.0.0.1:PORT/?x=@example.com', 'http:127.0.0.1:PORT/', 'http:/127.0.0.1:PORT/',
  'http:\\\\127.0.0.1:PORT\\', 'http:////127.0.0.1:PORT/', 'HTTP://127.0.0.1:PORT/', ' http://127.0.0.1:PORT/ ', 'ht\ntp://127.0.0.1:PORT/',
  'http://127.0.0\t.1:PORT/', 'http://１２７.0.0.1:PORT/', 'http://①②⑦.⓪.⓪.①:PORT/', 'http://127。0。0。1:PORT/', 'http://127．0．0．1:PORT/',
  'http://%31%32%37.0.0.1:PORT/', 'http://127%2e0%2e0%2e1:PORT/', 'http://0X7F.0.0.1:PORT/', 'http://127.0.0.1:0PORT/', 'http://127.255.255.254:PORT/',
  // Userinfo that looks like a host
  'http://example.com@127.0.0.1:PORT/', 'http://example.com:80@127.0.0.1:PORT/', 'http://example.com%40127.0.0.1:PORT@127.0.0.1:PORT/', 'http://a:b@127.1:PORT/',
  'http://example.com\\@127.0.0.1:PORT/', 'http://127.0.0.1\\@example.com:PORT/', 'http://127.0.0.1:PORT#@example.com/', 'http://127.0.0.1:PORT\\.example.com/',
  // This host and the rest of 0/8
  'http://0:PORT/', 'http://0.0.0.0:PORT/', 'http://0x0:PORT/', 'http://00:PORT/', 'http://0.0:PORT/', 'http://0.1.2.3:PORT/',
  // IPv6 loopback and IPv4 in IPv6
  'http://[::1]:PORT/', 'http://[0:0:0:0:0:0:0:1]:PORT/', 'http://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/', 'http://[::]:PORT/', 'http://[::0.0.0.1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/', 'http://[::ffff:7f00:1]:PORT/', 'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/', 'http://[::127.0.0.1]:PORT/',
  'http://[::7f00:1]:PORT/', 'http://[::ffff:0:127.0.0.1]:PORT/', 'http://[64:ff9b::127.0.0.1]:PORT/', 'http://[64:ff9b:1::127.0.0.1]:PORT/',
  'http://[2002:7f00:1::]:PORT/', 'http://[2001:0:1::7f00:1]:PORT/', 'http://[::5efe:127.0.0.1]:PORT/', 'http://[::ffff:0.0.0.0]:PORT/',
  // Metadata services
  'http://169.254.169.254/latest/meta-data/', 'http://0251.0376.0251.0376/', 'http://0xa9fea9fe/', 'http://2852039166/', 'http://169.254.43518/',
  'http://[::ffff:169.254.169.254]/', 'http://[::ffff:a9fe:a9fe]/', 'http://[64:ff9b::a9fe:a9fe]/', 'http://168.63.129.16/', 'http://100.100.100.200/',
  'http://[fd00:ec2::254]/', 'http://192.0.0.192/',
  // Private, link-local, multicast, reserved
  'http://10.0.0.1/', 'http://172.16.0.1/', 'http://192.168.1.1/', 'http://192.168.257/', 'http://100.64.0.1/', 'http://198.18.0.1/', 'http://192.0.2.1/',
  'http://224.0.0.1/', 'http://255.255.255.255/', 'http://4294967295/', 'http://240.0.0.1/', 'http://[fe80::1]/', 'http://[fc00::1]/', 'http://[fec0::1]/',
  'http://[ff02::1]/', 'http://[2001:db8::1]/', 'http://[100::1]/',
  // Names
  'http://localhost:PORT/', 'http://LOCALHOST:PORT/', 'http://localhost.:PORT/', 'http://foo.localhost:PORT/', 'http://ⓛocalhost:PORT/', 'http://loc%61lhost:PORT/',
  'http://loopback.test:PORT/', 'http://127.0.0.1.nip.test:PORT/', 'http://private.test:PORT/', 'http://mixed.test:PORT/', 'http://mapped.test:PORT/', 'http://rubbish.test:PORT/',
]

const answers: Record<string, string[]> = {
  'private.test': ['10.0.0.5'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'rubbish.test': ['not an address'],
}

// oxfmt-ignore
const unreadable = [
  'http://[::1%25lo]:PORT/', 'http://[fe80::1%25eth0]/', 'http://256.0.0.1/', 'http://127.0.0.1.1.1/', 'http://0x1ffffffff/', 'http://127.0.0.1:99999/', 'http://',
  'http://exa mple.com/', '//127.0.0.1:PORT/', '127.0.0.1:PORT', '/local', '', 'http://user:%ff@example.com/', `http://example.com/${'a'.repeat(8200)}`,
]

// oxfmt-ignore
const otherSchemes = [
  'file:///etc/passwd', 'ftp://127.0.0.1:PORT/', 'gopher://127.0.0.1:PORT/_x', 'ws://127.0.0.1:PORT/', 'javascript:alert(1)', 'data:text/plain,x', 'unix:/tmp/x.sock',
  'blob:http://127.0.0.1:PORT/x', 'localhost:PORT', 'dict://127.0.0.1:PORT/',
]

describe('egress and addresses that are not public', () => {
  const lookup = async (hostname: string) => answers[hostname] ?? ['127.0.0.1']
  const egress = createEgress({ clock: systemClock, allowHttp: true, lookup })

  it('knows more than 80 spellings', () => {
    expect(spellings.length).toBeGreaterThan(80)
  })

  it.each(spellings)('S1: refuses %s and touches nothing', async (spelling) => {
    const outcome = await post(egress, spelling.replaceAll('PORT', String(port)))
    expect(gist(outcome)).toBe('address_refused')
    expect(failures.address_refused.hopeless).toBe(true)
    expect(hits).toBe(0)
  })

  it.each(unreadable)('S4: cannot read %s', async (spelling) => {
    expect(gist(await post(egress, spelling.replaceAll('PORT', String(port))))).toBe('bad_url')
    expect(hits).toBe(0)
  })

  it.each(otherSchemes)('S4: refuses the scheme of %s', async (spelling) => {
    expect(gist(await post(egress, spelling.replaceAll('PORT', String(port))))).toBe('scheme_refused')
    expect(hits).toBe(0)
  })

  it.each([22, 25, 6379, 11211, 0])('S4: refuses port %i', async (other) => {
    expect(gist(await post(egress, `http://example.com:${other}/`))).toBe('port_refused')
  })

  it('refuses http unless it is allowed', async () => {
    await using strict = startEgress({ allowHttp: false })
    expect(gist(await post(strict, `http://127.0.0.1:${port}/`))).toBe('scheme_refused')
    expect(strict.vet('http://example.com/')).toMatchObject({ ok: false, code: 'scheme_refused' })
  })

  it.each([
    'http://127.1/',
    'http://[::1]/',
    'http://localhost/',
    'http://a.localhost./',
    'http://169.254.169.254/',
    'http://[::ffff:10.0.0.1]/',
  ])('tells at save time that %s is refused', (url) => {
    expect(egress.vet(url)).toMatchObject({ ok: false, code: 'address_refused' })
  })

  it.each([
    'https://example.com/',
    'https://user:secret@example.com/',
    'http://8.8.8.8/',
    'http://[2606:4700::1111]/',
    'https://example.com:8443/x?y#z',
  ])('lets %s pass at save time', (url) => {
    expect(egress.vet(url)).toEqual({ ok: true })
  })

  it('does not show which private address a name has', async () => {
    expect(JSON.stringify(await post(egress, 'http://private.test/'))).not.toContain('10.0.0')
  })
})

describe('names whose address changes', () => {
  it('S2: never reaches a refused address of a name that alternates, in 1,000 tries', async () => {
    // 127.0.0.1 is allowed here and stands for the public address; the canary waits on the same port of ::1.
    await using receiver = await startReceiver()
    const inside = createServer(hit)
    await new Promise((resolve) => inside.once('error', resolve).listen(receiver.port, '::1', () => resolve(undefined)))
    let now = 0
    let asked = 0
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + now }
    const lookup = async () => [asked++ % 2 === 0 ? '127.0.0.1' : '::1']
    await using egress = startEgress({ clock, allow: ['127.0.0.1'], lookup })
    const gists: (number | string)[] = []
    for (let i = 0; i < 1_000; i++) {
      now += 100_000
      gists.push(gist(await post(egress, `http://rebind.test:${receiver.port}/`)))
    }
    inside.close()
    expect(gists).toEqual(Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? 200 : 'address_refused')))
    expect(asked).toBe(1_000)
    expect(hits).toBe(0)
  })

  it('S2: connects only to the address that was vetted, although the name has another one by then', async () => {
    await using receiver = await startReceiver((_request, response) => response.end(response.socket?.localAddress))
    const answersInTurn = [['127.0.0.2'], ['127.0.0.3'], ['10.0.0.1']]
    let asked = 0
    let now = 0
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + now }
    await using egress = startEgress({ clock, allow: ['127.0.0.2', '127.0.0.3'], lookup: async () => answersInTurn[asked++] ?? [] })
    // Listens on 127.0.0.1 only: 127.0.0.2 is refused by the kernel, which shows where the connection went.
    const first = await post(egress, `http://turning.test:${receiver.port}/`)
    expect(first).toMatchObject({ kind: 'failed', code: 'connect_refused', detail: expect.stringContaining('127.0.0.2') })
    now += 100_000
    const second = await post(egress, `http://turning.test:${receiver.port}/`)
    expect(second).toMatchObject({ kind: 'failed', code: 'connect_refused', detail: expect.stringContaining('127.0.0.3') })
    now += 100_000
    expect(gist(await post(egress, `http://turning.test:${receiver.port}/`))).toBe('address_refused')
  })

  it('S2: does not use an open connection to an address that the name no longer has', async () => {
    await using receiver = await startReceiver()
    let now = 0
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + now }
    let addresses = ['127.0.0.1']
    await using egress = startEgress({ clock, allow: ['127.0.0.1', '127.0.0.9'], lookup: async () => addresses })
    const url = `http://moving.test:${receiver.port}/`
    expect(gist(await post(egress, url))).toBe(200)
    expect((await post(egress, url)).phases.reused).toBe(true)
    addresses = ['127.0.0.9']
    now += 100_000
    expect(gist(await post(egress, url))).toBe('connect_refused')
    addresses = ['10.0.0.1']
    now += 100_000
    expect(gist(await post(egress, url))).toBe('address_refused')
    expect(receiver.accepted).toBe(1)
  })
})

describe("the system's own look-up", () => {
  it('is used by default', async () => {
    await using receiver = await startReceiver()
    await using egress = startEgress()
    expect(gist(await post(egress, `http://localhost:${receiver.port}/`))).toBe(200)
  })
})

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('F16: gives back a %i to loopback and does not follow it', async (status) => {
    await using receiver = await startReceiver((_request, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end(),
    )
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url)
    expect(outcome).toMatchObject({ kind: 'response', status, headers: { location: `http://127.0.0.1:${port}/` } })
    expect(hits).toBe(0)
  })
})

describe('proxies in the environment', () => {
  it('S3: are ignored', async () => {
    await using receiver = await startReceiver()
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${port}`
    try {
      await using egress = startEgress()
      expect(gist(await post(egress, receiver.url))).toBe(200)
      expect(hits).toBe(0)
    } finally {
      for (const [i, name] of names.entries()) {
        if (before[i] === undefined) delete process.env[name]
        else process.env[name] = before[i]
      }
    }
  })
})
