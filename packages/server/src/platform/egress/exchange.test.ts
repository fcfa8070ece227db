import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { Client } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../clock.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { EgressOutcome } from './egress.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import type { Target } from './target.ts'

const origin = 'http://receiver.example'
const address = '127.0.0.1'

it('a connection that is there in the moment in which its call is given up is ended: nobody hears what happens on it', async () => {
  const server = createServer().listen(0, address)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, address)
  await once(socket, 'connect')
  const pool = new ConnectionPool({ perOriginMax: 1, max: 1 })
  const outcome = Promise.withResolvers<EgressOutcome>()
  const host: ExchangeHost = {
    ...{ clock: systemClock, pool, ended() {} },
    resolver: { resolve: () => ({ kind: 'vetted', addresses: [address] }) },
    proxyWorks: () => false,
    mayBeOurs: () => false,
    async connect() {
      exchange.abort()
      return { origin, address, socket, client: {} as Client, reached: { note() {} }, served: 0, awaitsHead: false }
    },
  }
  const target = { origin, hostname: 'receiver.example', path: '/' } as Target
  const exchange = new Exchange(
    host,
    { url: origin, method: 'GET', headers: [], timeoutMs: 1000 },
    { target, headers: [], resolve: outcome.resolve },
  )
  exchange.start()
  expect(await outcome.promise).toMatchObject({ kind: 'failed', code: 'aborted' })
  await new Promise(setImmediate)
  expect(socket.destroyed).toBe(true)
  await pool.close()
  expect(pool.open).toBe(0)
})
