/**
 * The front door: reads the configuration, builds the rooms, starts them in the order in which an event walks, and stops them in
 * the other. It and the files of `main/` alone know every room: `open-memory` opens the store, `build-rooms` makes the rooms,
 * `servers` listens, `start-rooms` has them begin, `doors` closes.
 */
import { ensureDefaultApplication, ensureFirstKey, ensureOperationalApplication, firstOwnerLink } from '#api'
import { explainStart, readConfig, type Config, type ConfigSources } from '#config'
import { createIds } from '#domain'
import { Ingest } from '#ingest'
import {
  createFailpoint,
  createLog,
  createOpenFiles,
  createShutdown,
  giveBackOnceIdle,
  LineWriter,
  systemClock,
  systemRandom,
  type Log,
} from '#platform'
import { isSound, NothingToCheckError, StoreRefusedError, type TableProgress, type StoreCheck } from '#store'
import { buildRooms, type Rooms } from './main/build-rooms.ts'
import { changeMasterKey, type ChangedMasterKey } from './main/change-master-key.ts'
import { doors } from './main/doors.ts'
import { IN_FLIGHT_MAX, StartError, type Ground, type ServerOverrides, type ServerSources } from './main/ground.ts'
import { makeLink } from './main/make-link.ts'
import { moveStore, type Moved } from './main/move-store.ts'
import { openMemory } from './main/open-memory.ts'
import { loadTraces } from './main/load-traces.ts'
import { listen, type Servers } from './main/servers.ts'
import { startRooms } from './main/start-rooms.ts'
import { openTlsFiles, type TlsFiles } from './main/tls-files.ts'

export {
  changeMasterKey,
  isSound,
  makeLink,
  moveStore,
  StartError,
  type ChangedMasterKey,
  type Moved,
  type TableProgress,
  type ServerOverrides,
  type ServerSources,
  type StoreCheck,
}

export interface RunningServer {
  readonly url: string
  /** Where listeners are reached: `url`, unless they have a port of their own. */
  readonly ingressUrl: string
  /** Where people sign in; absent where this process does not serve the console. */
  readonly consoleUrl?: string
  /** The organisation key that was made at the first start; shown once, kept as a digest. */
  readonly firstKey?: string
  /** Where the first owner sets a password; shown at each start until there is one. */
  readonly ownerLink?: string
  /** Where a new, empty store was begun at this start. */
  readonly newStore?: string
  /** The metrics of this process alone. */
  figures(): Promise<string>
  /** Resolves where a newer program has changed the store so that this one must not work on: then it is to be stopped. The log says so. */
  readonly outdated: Promise<void>
  stop(): Promise<void>
}

const OUTDATED =
  'A newer Posthorn has changed the store in a way that this one does not know, so this one stops, in order. Start the newer one in its place.'
const STOP_MS = 25_000
/** Of it, until callers who still wait hear that their run goes on: attempts under way then have as long as most may take. */
const DOORS_MS = 15_000
/** Connections to the database, kept ones to receivers, processes of expressions, files and what Node itself has open. */
const OWN_FILES_MAX = 512

export async function startServer(sources: ServerSources, overrides: ServerOverrides = {}): Promise<RunningServer> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { config } = read
  const clock = systemClock
  const random = systemRandom()
  const lines = new LineWriter({ clock })
  const log = createLog({ level: config.logLevel, clock, write: (line) => lines.write(line) })
  for (const warning of read.warnings) log.warn('config.setting.ignored', { warning })
  const ids = createIds({ now: clock.now, fill: (target) => random.fill(target) })
  const failpoint = createFailpoint(sources.environment['POSTHORN_FAILPOINT'])
  const shutdown = createShutdown({ clock, log })
  shutdown.register('log', async () => lines.close())
  try {
    return await build({
      config: isDev(sources.dev, config, log) ? triedOut(config) : config,
      clock,
      random,
      log,
      lines,
      ids,
      failpoint,
      shutdown,
      intent: sources.intent ?? null,
      figuresOfAll: sources.figuresOfAll,
      overrides,
      outdated: Promise.withResolvers<string>(),
    })
  } catch (error) {
    await shutdown.run(STOP_MS)
    if (error instanceof StoreRefusedError) throw new StartError([error.message])
    const sentence = explainStart(error, config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

/** Reads all of the store that the settings name, for `posthorn check`; nothing is changed, and a server may run beside it. */
export async function checkStore(sources: ConfigSources): Promise<StoreCheck> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { config } = read
  try {
    if (config.databaseUrl === null) return (await import('#store/sqlite')).checkFile(config.data)
    return await (await import('#store/postgres')).checkDatabase(config.databaseUrl)
  } catch (error) {
    const sentence = error instanceof NothingToCheckError ? error.message : explainStart(error, config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

/** From the settings to a server that answers. */
async function build(ground: Ground): Promise<RunningServer> {
  const { config, clock, log, shutdown } = ground
  const tls = openTlsFiles(ground)
  const memory = await openMemory(ground)
  const rooms = buildRooms(ground, memory, await loadTraces(ground))
  const servers = await openPorts(ground, rooms, tls)
  // Behind what may keep a start from succeeding: the first key is shown once, and a start that ends half-way shows nothing.
  const firstKey = await ensureFirstKey(rooms.shared, config.apiKey)
  if (firstKey.kind === 'unusable') throw new StartError([firstKey.fault])
  await ensureDefaultApplication(rooms.shared)
  await ensureOperationalApplication(rooms.shared)
  await work(ground, rooms, servers)
  const memoryBack = giveBackOnceIdle(clock)
  shutdown.register('memory', async () => memoryBack.cancel())
  const { shared, settings, roles } = rooms
  const ownerLink = roles.has('api') ? await firstOwnerLink({ ...shared, apiUrl: settings.apiUrl }) : undefined
  log.info('server.started', { url: servers.url, engine: memory.store.engine, roles: config.roles })
  return {
    url: servers.url,
    ingressUrl: servers.ingressUrl,
    ...(roles.has('api') && { consoleUrl: settings.apiUrl }),
    ...(firstKey.kind === 'made' && { firstKey: firstKey.text }),
    ...(ownerLink !== undefined && { ownerLink }),
    ...(memory.began !== undefined && { newStore: memory.began }),
    figures: () => rooms.metrics.text(),
    outdated: ground.outdated.promise.then((migration) => log.error('store.newer', { migration, why: OUTDATED })),
    async stop() {
      log.info('server.stopping', { withinMs: STOP_MS })
      await shutdown.run(STOP_MS)
    },
  }
}

async function openPorts(ground: Ground, { api, address }: Rooms, tls: TlsFiles | null): Promise<Servers> {
  const { config, clock, log, ids, shutdown, figuresOfAll } = ground
  const files = createOpenFiles({ clock, log, ownMax: IN_FLIGHT_MAX + OWN_FILES_MAX })
  const listening = { config, clock, ids, files, tls: tls?.material, isShared: figuresOfAll !== undefined }
  const servers = await listen(listening, address, (request, response) => api.handle(request, response))
  // Last of all where a start ends half-way; in order the doors are the first, below.
  shutdown.register('ports', async () => servers.cut())
  files.start()
  shutdown.register('open files', async () => files.stop())
  tls?.watch((material) => servers.renew(material))
  shutdown.register('certificates', async () => tls?.stop())
  return servers
}

/** Rooms before doors, and at the end doors before rooms. */
async function work(ground: Ground, rooms: Rooms, servers: Servers): Promise<void> {
  const { shared, roles, api, flows, settings } = rooms
  const ingest = new Ingest({ ...shared, runAtOnce: roles.has('flows') ? flows.runAtOnce : null, settings })
  rooms.observe(ingest)
  servers.receive(roles.has('ingest') ? ingest.handle : undefined)
  await startRooms(ground, rooms)
  ground.shutdown.registerTogether([doors({ servers, api, ingest, clock: ground.clock })], DOORS_MS)
  servers.open(roles.has('api'))
}

/** What trying out allows beside what the settings do: `http:`, and targets on this machine. */
function triedOut(config: Config): Config {
  return { ...config, allowHttp: true, egressAllow: [...config.egressAllow, '127.0.0.0/8', '::1/128'] }
}

/** Trying out is for this machine alone: as soon as others can reach the server, its deliveries may not reach into its network. */
function isDev(wanted: boolean, config: Config, log: Log): boolean {
  const loopback = config.host === 'localhost' || config.host === '::1' || config.host.startsWith('127.')
  if (wanted && !loopback) log.warn('server.dev.refused', { host: config.host, why: 'the host is not loopback' })
  return wanted && loopback
}
