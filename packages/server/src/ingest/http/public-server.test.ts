import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createIds } from '#domain'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { PublicServer } from './public-server.ts'

const clock = createFakeClock()
let door: PublicServer
const sockets: Socket[] = []
beforeEach(async () => {
  const ids = createIds({ now: () => clock.now(), fill: createSeededRandom(1).fill })
  door = new PublicServer((_, response) => void response.end(), { clock, ids })
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  door.cut()
  if (door.server.listening) await once(door.server, 'close')
})

/** A connection that says something, and the server's own end of it. */
async function say(text: string): Promise<{ client: Socket; own: Socket }> {
  const accepted = once(door.server, 'connection') as Promise<[Socket]>
  const { port } = door.server.address() as AddressInfo
  // It stays open when the server ends its own side.
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  sockets.push(client)
  client.write(text)
  return { client, own: (await accepted)[0] }
}

const TUNNEL = 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'

describe('connections that Node does not time any more', () => {
  test('one that asked for a tunnel, and sent more before it closed, is given up with its caller', async () => {
    const { client, own } = await say(TUNNEL)
    const closed = once(own, 'close')
    await once(client, 'data')
    client.end('more')
    await closed
    expect(own.destroyed).toBe(true)
  })

  test('one that asked for a tunnel and stays is ended a second after its answer', async () => {
    const { client, own } = await say(TUNNEL)
    const closed = once(own, 'close')
    const [answer] = (await once(client, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 405 /)
    clock.advance(1000)
    await closed
    expect(own.destroyed).toBe(true)
  })
})
