import { createRetention } from '#coordination'
import { Replays } from '#delivery'
import { RequestReplays } from '#flows'
import { splitting } from '#ingest'
import type { Part } from '#platform'
import type { Rooms } from './build-rooms.ts'
import type { Ground } from './ground.ts'

/**
 * Has the rooms begin their work, each once what it stands on is there, and registers them in this order: they end in the other one.
 * Runs and deliveries go on until the doors are closed, because callers wait for them.
 */
export async function startRooms({ config, clock, log, shutdown }: Ground, rooms: Rooms): Promise<void> {
  const { store, session, committer, config: cache, egress } = rooms.shared
  shutdown.register('processes', () => rooms.processes.stop())
  shutdown.register('config cache', async () => cache.stop())
  shutdown.register('session', () => session.stop())
  shutdown.register('egress', async () => void (await Promise.all([egress.close(), rooms.trustedEgress.close()])))
  shutdown.register('committer', () => committer.close())
  cache.start()
  await session.start()
  const days = { logs: config.retentionDays, files: config.fileRetentionDays, audit: config.auditRetentionDays }
  const retention = createRetention({ store, clock, log, days })
  const parts = startWork(rooms)
  retention.start()
  shutdown.registerTogether([...parts, stoppedAtOnce('retention', () => retention.stop())])
}

/** What this process has a role for. */
function startWork({ roles, delivery, flows, captures, shared }: Rooms): Part[] {
  const parts: Part[] = []
  if (roles.has('delivery')) {
    delivery.start()
    const replays = new Replays(shared)
    replays.start()
    parts.push(
      { name: 'delivery', stop: (signal) => delivery.stop(signal) },
      stoppedAtOnce('replays', () => replays.stop()),
    )
  }
  if (roles.has('flows')) {
    flows.start()
    const replays = new RequestReplays({ ...shared, splitting })
    replays.start()
    parts.push(
      { name: 'flows', stop: (signal) => flows.stop(signal) },
      stoppedAtOnce('replays of requests', () => replays.stop()),
    )
  }
  if (roles.has('api')) {
    captures.start()
    parts.push(stoppedAtOnce('captures', () => captures.stop()))
  }
  return parts
}

/** For what no caller waits for: it stops from the signal on, and is waited for in its turn. */
function stoppedAtOnce(name: string, stop: () => Promise<void>): Part {
  let stopped: Promise<void> | undefined
  const begin = () => (stopped ??= stop())
  // Its failure is reported where it is waited for.
  return { name, notify: () => void begin().catch(() => undefined), stop: begin }
}
