import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A wire between a client and a database that tests can cut or freeze. */
export interface UnreliableWire {
  /** The database's URL, through the wire. */
  readonly url: string
  /** Connections that exist now carry nothing any more, but stay open, as when a machine vanishes. New ones work. */
  freeze(): void
  /** The next answers of the database that hold `text` are lost, and their connections with them. */
  loseAnswers(text: string, count: number): void
  /** How many answers were lost. */
  readonly lost: number
  close(): Promise<void>
}

export async function createUnreliableWire(target: string): Promise<UnreliableWire> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<readonly [Socket, Socket]>()
  let losing = { text: '', count: 0 }
  let lost = 0
  const server = createServer((client) => {
    const database = connect(Number(port), hostname)
    const pair = [client, database] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      database.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    client.on('data', (chunk) => void (pairs.has(pair) && database.write(chunk)))
    database.on('data', (chunk) => {
      if (!pairs.has(pair)) return
      if (losing.count > 0 && chunk.includes(losing.text)) {
        losing = { ...losing, count: losing.count - 1 }
        lost++
        return end()
      }
      client.write(chunk)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  const frozen: (readonly [Socket, Socket])[] = []
  return {
    url: url.href,
    freeze() {
      for (const pair of pairs) {
        for (const socket of pair) socket.removeAllListeners('close')
        frozen.push(pair)
      }
      pairs.clear()
    },
    loseAnswers(text, count) {
      losing = { text, count }
    },
    get lost() {
      return lost
    },
    async close() {
      for (const pair of [...pairs, ...frozen]) for (const socket of pair) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
