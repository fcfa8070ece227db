import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { createIds } from '#domain'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PublicServer } from './public-server.ts'

const LARGE = Buffer.alloc(20_000_000)
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const LOOK_MS = 1000
let clock: ReturnType<typeof createFakeClock>
let door: PublicServer
const clients: Socket[] = []

const open = async (body: Uint8Array | string, silenceMs?: number) => {
  const ids = createIds({ now: () => clock.now(), fill: createSeededRandom(1).fill })
  door = new PublicServer((_, response) => void response.end(body), { clock, ids, ...(silenceMs !== undefined && { silenceMs }) })
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve))
}
beforeEach(() => {
  clock = createFakeClock()
  clients.length = 0
})
afterEach(async () => {
  for (const client of clients) client.destroy()
  door.cut()
  if (door.server.listening) await once(door.server, 'close')
})

/** A caller, and the server's own end of its connection. */
async function call(): Promise<{ client: Socket; own: Socket }> {
  const accepted = once(door.server, 'connection') as Promise<[Socket]>
  const answered = once(door.server, 'request')
  const { port } = door.server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  clients.push(client)
  client.write(REQUEST)
  const [own] = await accepted
  await answered
  return { client, own }
}

test('a connection whose caller never reads its answer is ended after a silence', async () => {
  await open(LARGE, 50)
  const { client, own } = await call()
  client.pause()
  const closed = once(own, 'close')
  clock.advance(LOOK_MS)
  await closed
  expect(own.destroyed).toBe(true)
})

test('the silence is longer than any caller waits for its answer', async () => {
  await open(LARGE)
  const { own } = await call()
  clock.advance(LOOK_MS)
  expect(own.timeout).toBeGreaterThan(60_000)
  expect(own.timeout).toBeLessThanOrEqual(120_000)
})

test('a connection that is idle keeps the time that it has between two requests, and each later request is timed anew', async () => {
  await open('done', 5000)
  const { client, own } = await call()
  await once(client, 'data')
  const idle = own.timeout
  expect(idle).toBeGreaterThan(60_000)
  clock.advance(LOOK_MS)
  expect(own.timeout).toBe(idle)

  door.server.removeAllListeners('request')
  const again = once(door.server, 'request')
  client.write(REQUEST)
  await again
  clock.advance(LOOK_MS)
  expect(own.timeout).toBe(5000)
})

test('nothing is looked at when nobody is connected', async () => {
  await open('done')
  const { client, own } = await call()
  expect(clock.pending).toBe(1)
  const closed = once(own, 'close')
  await once(client, 'data')
  client.end()
  await closed
  clock.advance(LOOK_MS)
  expect(clock.pending).toBe(0)
})
