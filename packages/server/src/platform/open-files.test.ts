import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { createFakeClock } from './testing/fake-clock.ts'
import { createCollectingLog } from './testing/logs.ts'
import { createOpenFiles } from './open-files.ts'

function watched(limit: number, ports: number) {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const servers = Array.from({ length: ports }, () => Object.assign(createServer(), { maxConnections: 10_000 }))
  createOpenFiles({ clock, log, ownMax: 1024, limit }).watch(servers)
  return { clock, log, servers, connections: servers.map(({ maxConnections }) => maxConnections) }
}

it('the room that the limit of open files leaves is given once, however many ports there are, and reported once', () => {
  expect(watched(4096, 1).connections).toEqual([3072])
  const { connections, log } = watched(4096, 2)
  expect(connections).toEqual([1536, 1536])
  expect(log.entries).toMatchObject([{ event: 'server.files.few', fields: { limit: 4096, needed: 21_024, connectionsMax: 3072 } }])
  expect(watched(1024, 2).connections).toEqual([204, 204])
  expect(watched(100_000, 2)).toMatchObject({ connections: [10_000, 10_000], log: { entries: [] } })
})

it('connections that are dropped are one line a minute, with the count of the others', () => {
  const { clock, log, servers } = watched(100_000, 2)
  for (let i = 0; i < 50; i++) servers[i % 2]!.emit('drop')
  clock.advance(60_000)
  servers[0]!.emit('drop')
  const event = 'server.connections.exhausted'
  expect(log.entries).toMatchObject([{ event }, { event, fields: { leftOut: 49 } }])
  expect(log.entries[0]!.fields).not.toHaveProperty('leftOut')
})
