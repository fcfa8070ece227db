/**
 * The front door: reads the configuration, builds the rooms, starts them in the order in which an event walks, and stops them in
 * the other. The only file that knows every room.
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApi, ensureDefaultApplication, ensureFirstKey, ensureOperationalApplication } from '#api'
import { readConfig, type Config, type ConfigSources } from '#config'
import { createDelivery, createReplays } from '#delivery'
import { createIds, type Ids } from '#domain'
import { createFlows } from '#flows'
import { createIngest, createPublicServer } from '#ingest'
import {
  createBell,
  createEgress,
  createFailpoint,
  createLineWriter,
  createLog,
  createShutdown,
  createTransformPool,
  createVault,
  loadOrMakeMasterKey,
  masterKeyFromText,
  systemClock,
  systemRandom,
  type Clock,
  type Failpoint,
  type Log,
  type Random,
  type Vault,
} from '#platform'
import {
  createCommitter,
  createConfigCache,
  createOperationalMessages,
  createRetention,
  createSession,
  tellOfWork,
  type Session,
  type Store,
  type Topics,
} from '#store'

export interface ServerSources extends ConfigSources {
  /** For trying out: `http:` and loopback targets are allowed while the server itself listens on loopback only. */
  readonly dev: boolean
}

export interface RunningServer {
  readonly url: string
  /** Where listeners are reached: `url`, unless they have a port of their own. */
  readonly ingressUrl: string
  /** The organisation key that was made at the first start; shown once, kept as a digest. */
  readonly firstKey?: string
  stop(): Promise<void>
}

/** Faults of the configuration or of the machine, as sentences for the operator. */
export class StartError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'StartError'
    this.faults = faults
  }
}

const STOP_MS = 25_000
const POSTGRES_BATCHES = 4
const IN_FLIGHT_MAX = 512
/** S23. */
const WRONG_KEYS_PER_MINUTE = 10
const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** What tests put in the place of a part of the ground. */
export interface ServerOverrides {
  readonly store?: (store: Store) => Store
}

export async function startServer(sources: ServerSources, overrides: ServerOverrides = {}): Promise<RunningServer> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { config } = read
  const clock = systemClock
  const random = systemRandom()
  const lines = createLineWriter({ clock })
  const log = createLog({ level: config.logLevel, clock, write: (line) => lines.write(line) })
  for (const warning of read.warnings) log.warn('config.setting.ignored', { warning })
  const ids = createIds({ now: clock.now, fill: (target) => random.fill(target) })
  const failpoint = createFailpoint(sources.environment['POSTHORN_FAILPOINT'], () => process.kill(process.pid, 'SIGKILL'))
  const shutdown = createShutdown({ clock, log })
  shutdown.register('log', async () => lines.close())
  try {
    return await build({ config, clock, random, log, ids, failpoint, shutdown, dev: isDev(sources.dev, config, log), overrides })
  } catch (error) {
    await shutdown.run(STOP_MS)
    throw error
  }
}

interface Ground {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly ids: Ids
  readonly failpoint: Failpoint
  readonly shutdown: ReturnType<typeof createShutdown>
  readonly dev: boolean
  readonly overrides: ServerOverrides
}

async function build(ground: Ground): Promise<RunningServer> {
  const { config, clock, random, log, ids, failpoint, shutdown } = ground
  const vault = await openVault(config, random)
  const opened = tellOfWork(await openStore(ground), log)
  const store = ground.overrides.store?.(opened) ?? opened
  shutdown.register('store', () => store.close())

  const bell = createBell<Topics>((error) => log.error('bell.listener.failed', { error }))
  const roles = new Set(config.roles)
  if (store.engine === 'sqlite' && !(roles.has('flows') && roles.has('delivery')))
    log.warn('server.roles.alone', { roles: config.roles, why: 'nobody else can do the rest of the work in an embedded store' })
  const session: Session = createSession({
    store,
    clock,
    ids,
    log,
    takes: { lanes: roles.has('delivery'), runs: roles.has('flows') },
    onAdopted: (runs) => flows.adopt(runs),
    onLost: () => {
      delivery.forget()
      flows.forget()
    },
  })
  const concurrency = store.engine === 'postgres' ? POSTGRES_BATCHES : 1
  const committer = createCommitter({ store, session, bell, clock, concurrency, failpoint })
  const cache = createConfigCache({ store, clock, log })
  const egress = createEgress({
    clock,
    allow: ground.dev ? [...config.egressAllow, ...LOOPBACK] : config.egressAllow,
    allowHttp: ground.dev || config.allowHttp,
    ca: config.egressCa === null ? [] : [readFileSync(config.egressCa, 'utf8')],
  })
  // Their processes start when the first expression needs one, and go when none does.
  const transforms = createTransformPool({ clock })
  const tryOuts = createTransformPool({ clock, processes: 1 })
  const operational = createOperationalMessages({ config: cache, ids, clock, log })
  const shared = {
    store,
    session,
    committer,
    config: cache,
    operational,
    bell,
    vault,
    clock,
    random,
    ids,
    log,
    egress,
    transforms,
    failpoint,
  }
  const delivery = createDelivery({ ...shared, limits: { inFlightMax: IN_FLIGHT_MAX, disableAfter: config.disableAfter } })
  const flows = createFlows(shared)
  const firstKey = await ensureFirstKey(shared, config.apiKey)
  if (firstKey.kind === 'unusable') throw new StartError([firstKey.fault])
  await ensureDefaultApplication(shared)
  await ensureOperationalApplication(shared)

  // The public URL may name the port, which is only known once the server listens.
  const address = { publicUrl: config.publicUrl ?? '', apiUrl: config.publicUrl ?? '' }
  const settings = {
    get publicUrl() {
      return address.publicUrl
    },
    get apiUrl() {
      return address.apiUrl
    },
    wrongKeysPerMinute: WRONG_KEYS_PER_MINUTE,
    trustedProxies: config.trustedProxies,
    bodyBytesMax: config.bodyBytesMax,
    payloadBytesMax: config.payloadBytesMax,
    secretsReveal: config.secretsReveal,
  }
  const api = createApi({ ...shared, transforms: tryOuts, delivery, settings })

  const servers = await listen(config, address, (request, response) => api.handle(request, response))
  const ingest = createIngest({ ...shared, runAtOnce: roles.has('flows') ? flows.runAtOnce : null, settings })
  servers.receive(roles.has('ingest') ? ingest.handle : undefined)

  shutdown.register('transforms', async () => void (await Promise.all([transforms.stop(), tryOuts.stop()])))
  shutdown.register('config cache', async () => cache.stop())
  shutdown.register('session', () => session.stop())
  shutdown.register('egress', () => egress.close())
  shutdown.register('committer', () => committer.close())
  cache.start()
  await session.start()
  if (roles.has('delivery')) {
    delivery.start()
    shutdown.register('delivery', (signal) => delivery.stop(signal))
    const replays = createReplays(shared)
    replays.start()
    shutdown.register('replays', () => replays.stop())
  }
  if (roles.has('flows')) {
    flows.start()
    shutdown.register('flows', (signal) => flows.stop(signal))
  }
  const retention = createRetention({ store, clock, log, days: { logs: config.retentionDays, audit: config.auditRetentionDays } })
  retention.start()
  shutdown.register('retention', () => retention.stop())
  shutdown.register('api', (signal) => api.stop(signal))
  shutdown.register('ingest', (signal) => ingest.stop(signal))
  shutdown.register('listening', async () => servers.close())
  servers.open(roles.has('api'))
  log.info('server.started', { url: servers.url, engine: store.engine, roles: config.roles })
  return {
    url: servers.url,
    ingressUrl: servers.ingressUrl,
    ...(firstKey.kind === 'made' && { firstKey: firstKey.text }),
    stop: async () => void (await shutdown.run(STOP_MS)),
  }
}

async function openVault(config: Config, random: Random): Promise<Vault> {
  if (config.masterKey !== null) return createVault([masterKeyFromText(config.masterKey)], random)
  const loaded = await loadOrMakeMasterKey(config.data, random)
  if (!loaded.ok) throw new StartError([loaded.reason])
  return createVault([loaded.key], random)
}

/** Only the engine that is used is loaded. */
async function openStore({ config, clock, log, failpoint }: Ground): Promise<Store> {
  if (config.databaseUrl !== null) {
    const { openPostgres } = await import('#store/postgres')
    return openPostgres({ url: config.databaseUrl, clock, log })
  }
  const { openSqlite } = await import('#store/sqlite')
  return openSqlite({ folder: join(config.data), clock, log, failpoint: (at) => failpoint(`store.${at}`) })
}

/** Trying out is for this machine alone: as soon as others can reach the server, its deliveries may not reach into its network. */
function isDev(wanted: boolean, config: Config, log: Log): boolean {
  const loopback = config.host === 'localhost' || config.host === '::1' || config.host.startsWith('127.')
  if (wanted && !loopback) log.warn('server.dev.refused', { host: config.host, why: 'the host is not loopback' })
  return wanted && loopback
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** One port for everything, or one for the listeners and one for the rest. Until `open`, callers hear that the server starts. */
async function listen(config: Config, address: { publicUrl: string; apiUrl: string }, api: Handle) {
  let ingest: Handle | undefined
  let isOpen = false
  let apiOpen = false
  const route =
    (only: 'ingest' | 'api' | 'both'): Handle =>
    (request, response) => {
      const isIngest = request.url?.startsWith('/in/') ?? false
      const handle = isIngest
        ? only === 'api'
          ? undefined
          : ingest
        : only === 'ingest'
          ? undefined
          : apiOpen || isHealth(request)
            ? api
            : undefined
      if (!isOpen) return refuse(response, 503)
      if (handle) handle(request, response)
      else refuse(response, 404)
    }
  const split = config.ingressPort !== null
  const main = await bind(config.port, config.host, route(split ? 'api' : 'both'))
  const url = `http://${hostOf(config.host)}:${(main.address() as AddressInfo).port}`
  const second = split ? await bind(config.ingressPort!, config.host, route('ingest')) : undefined
  const ingressUrl = second ? `http://${hostOf(config.host)}:${(second.address() as AddressInfo).port}` : url
  if (address.publicUrl === '') {
    address.publicUrl = ingressUrl.replace('127.0.0.1', 'localhost')
    address.apiUrl = url.replace('127.0.0.1', 'localhost')
  }
  return {
    url,
    ingressUrl,
    receive: (handle: Handle | undefined) => void (ingest = handle),
    open(withApi: boolean) {
      isOpen = true
      apiOpen = withApi
    },
    close() {
      for (const server of second ? [main, second] : [main]) {
        server.close()
        server.closeIdleConnections()
      }
    },
  }
}

function bind(port: number, host: string, handle: Handle): Promise<Server> {
  const server = createPublicServer(handle)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError([`Port ${port} is in use on ${host}. Choose another one with POSTHORN_PORT or --port.`])
          : error,
      ),
    )
    server.listen(port, host, () => resolve(server))
  })
}

function isHealth(request: IncomingMessage): boolean {
  return request.url === '/healthz' || request.url === '/readyz'
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host
}

function refuse(response: ServerResponse, status: 404 | 503): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 503 && { 'retry-after': '1' }) })
  response.end(
    JSON.stringify({
      status,
      code: status === 404 ? 'not_found' : 'stopping',
      detail: status === 404 ? 'There is nothing here.' : 'The server is starting.',
    }),
  )
}
