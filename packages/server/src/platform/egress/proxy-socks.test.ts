import { connect, isIP, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { ProxyOptions } from './egress-proxy.ts'
import { gist, post, startEgress, startRaw, startReceiver } from './test-receiver.ts'

const PUBLIC = '93.184.215.14'

interface SocksProxy {
  readonly wants?: { readonly username: string; readonly password: string }
  /** The reply to what it is asked for, by its host; 0 opens a way. */
  readonly reply?: (host: string) => number
  /** The form of the address in its replies. */
  readonly bound?: readonly number[]
  readonly asked?: string[]
}

type Served = Required<Omit<SocksProxy, 'wants'>> & { readonly wants: SocksProxy['wants'] }

/** Wherever it is asked to go, it goes to that port of loopback; and it writes byte by byte. */
const startSocks = ({ wants, reply = () => 0, bound = [1, 0, 0, 0, 0], asked = [] }: SocksProxy = {}) =>
  startRaw((socket) => void serve(socket, { wants, reply, bound, asked }).catch(() => socket.destroy()))

async function serve(socket: Socket, { wants, reply, bound, asked }: Served) {
  const bytes = bytesOf(socket)
  const say = async (...answer: number[]) => {
    for (const byte of answer) {
      socket.write(Buffer.from([byte]))
      await turn()
    }
  }
  const [, count] = await bytes(2)
  const methods = [...(await bytes(count!))]
  const method = wants === undefined ? 0 : 2
  if (!methods.includes(method)) return say(5, 0xff)
  await say(5, method)
  if (wants !== undefined) {
    const [, length] = await bytes(2)
    const username = (await bytes(length!)).toString()
    const password = (await bytes((await bytes(1))[0]!)).toString()
    const isRight = username === wants.username && password === wants.password
    await say(1, isRight ? 0 : 1)
    if (!isRight) return void socket.end()
  }
  const [, , , form] = await bytes(4)
  const address = await bytes(form === 1 ? 4 : form === 4 ? 16 : (await bytes(1))[0]!)
  const host = form === 3 ? address.toString() : form === 1 ? address.join('.') : address.toString('hex')
  const port = (await bytes(2)).readUInt16BE()
  asked.push(`${host}:${port}`)
  const said = reply(host)
  if (said !== 0) {
    await say(5, said, 0, ...bound, 0, 0)
    return void socket.end()
  }
  const onward = connect(port, '127.0.0.1')
  onward.on('error', () => socket.destroy())
  socket.on('close', () => onward.destroy())
  await say(5, 0, 0, ...bound, 0, 0)
  socket.pipe(onward).pipe(socket)
}

/** Takes so many bytes as soon as they are there. */
function bytesOf(socket: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    for (;;) {
      const found = (socket.read(count) as Buffer | null) ?? undefined
      if (found !== undefined) return found
      await new Promise<void>((resolve, reject) => {
        socket.once('readable', resolve)
        socket.once('close', () => reject(new Error('closed')))
      })
    }
  }
}

const through = (port: number, more: Partial<ProxyOptions> = {}, lookup = async () => [PUBLIC]) =>
  startEgress({ lookup, proxy: { url: `socks5://127.0.0.1:${port}`, ...more } })

it.each([
  ['IPv4', [1, 0, 0, 0, 0]],
  ['a name', [3, 3, 97, 98, 99]],
  ['IPv6', [4, ...Array<number>(16).fill(0)]],
])('a SOCKS5 proxy opens ways to vetted addresses, and says where from as %s', async (_form, bound) => {
  const asked: string[] = []
  await using proxy = await startSocks({ bound, asked })
  await using receiver = await startReceiver()
  await using egress = through(proxy.port)
  for (const reused of [false, true]) {
    expect(await post(egress, `http://hook.test:${receiver.port}/`)).toMatchObject({ status: 200, address: PUBLIC, phases: { reused } })
  }
  expect(asked).toEqual([`${PUBLIC}:${receiver.port}`])
})

it('is asked by name where it resolves, and at IPv6 where there is nothing else', async () => {
  const asked: string[] = []
  await using proxy = await startSocks({ asked })
  await using receiver = await startReceiver()
  await using byName = through(proxy.port, { resolves: true })
  expect(gist(await post(byName, `http://hook.test:${receiver.port}/`))).toBe(200)
  await using byAddress = through(proxy.port, {}, async () => ['2606:4700::1111'])
  expect(gist(await post(byAddress, `http://hook.test:${receiver.port}/`))).toBe(200)
  expect(asked).toEqual([`hook.test:${receiver.port}`, `26064700000000000000000000001111:${receiver.port}`])
})

it('hears its credentials where it asks for them', async () => {
  await using proxy = await startSocks({ wants: { username: 'user', password: 'p:ss' } })
  await using receiver = await startReceiver()
  const url = `http://hook.test:${receiver.port}/`
  const answers: Record<string, unknown> = {}
  for (const credentials of ['us%65r:p%3Ass@', 'user:wrong@', '']) {
    await using egress = through(proxy.port, { url: `socks5://${credentials}127.0.0.1:${proxy.port}` })
    const outcome = await post(egress, url)
    answers[credentials] = outcome.kind === 'response' ? outcome.status : [outcome.code, outcome.detail]
  }
  expect(answers).toEqual({
    'us%65r:p%3Ass@': 200,
    'user:wrong@': ['proxy_refused', 'It refused the user or the password.'],
    '': ['proxy_refused', 'It asks for other credentials.'],
  })
})

it('finds no way to one host while it opens some to others, and its rules are its own', async () => {
  const replies: Record<string, number> = { 'dead.test': 5, 'forbidden.test': 2 }
  await using proxy = await startSocks({ reply: (host) => replies[host] ?? 0 })
  await using receiver = await startReceiver()
  await using egress = through(proxy.port, { resolves: true })
  const ask = async (host: string) => gist(await post(egress, `http://${host}:${receiver.port}/`))
  expect([await ask('dead.test'), await ask('works.test'), await ask('dead.test'), await ask('forbidden.test')]).toEqual([
    'proxy_refused',
    200,
    'proxy_no_way',
    'proxy_refused',
  ])
})

it('is asked for the next address where it has no way to IPv4', async () => {
  await using proxy = await startSocks({ reply: (host) => (isIP(host) === 4 ? 3 : 0) })
  await using receiver = await startReceiver()
  await using egress = through(proxy.port, {}, async () => [PUBLIC, '2606:4700::1111'])
  expect(await post(egress, `http://hook.test:${receiver.port}/`)).toMatchObject({ status: 200, address: '2606:4700::1111' })
})

it.each([
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'Its answer is not SOCKS5.'],
  ['closes', '', 'It closed the connection without an answer.'],
  ['breaks off', '\x05', 'It closed the connection without an answer.'],
  ['breaks off its reply', '\x05\x00\x05\x00', 'It closed the connection without an answer.'],
])('fails where it %s', async (_what, text, detail) => {
  await using proxy = await startRaw((socket) => void socket.once('data', () => socket.end(text)))
  await using egress = through(proxy.port)
  expect(await post(egress, 'http://hook.test/')).toMatchObject({ code: 'proxy_failed', detail })
})

it('is given no name that it could not take', async () => {
  await using proxy = await startSocks()
  await using egress = through(proxy.port, { resolves: true })
  const name = `${'a'.repeat(60)}.`.repeat(5)
  expect(await post(egress, `http://${name}test/`)).toMatchObject({ code: 'proxy_refused', detail: expect.stringContaining('255') })
})
