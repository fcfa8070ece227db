/**
 * The front door: reads the configuration, builds the rooms, starts them in the order in which an event walks, and stops them in
 * the other. The only file that knows every room.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApi, ensureDefaultApplication, ensureFirstKey, ensureOperationalApplication, type ApiServer } from '#api'
import { explainStart, readConfig, type Config, type ConfigSources } from '#config'
import {
  createCommitter,
  ConfigCache,
  createOperationalMessages,
  createRetention,
  Session,
  notifyOfWork,
  watchVault,
  KeyAdmission,
  type Topics,
} from '#coordination'
import { createDelivery, createReplays } from '#delivery'
import { createIds, type Ids } from '#domain'
import { createFlows, createSegmentPool } from '#flows'
import { createPublicServer, Ingest, type PublicServer } from '#ingest'
import {
  createWakeUps,
  createEgress,
  createFailpoint,
  LineWriter,
  createLog,
  createOpenFiles,
  createShutdown,
  createTransformCache,
  createTransformPool,
  systemClock,
  systemRandom,
  type Clock,
  type Failpoint,
  type Log,
  type OpenFiles,
  type Part,
  type Random,
} from '#platform'
import { createStoreHealth, isSound, NothingToCheckError, StoreRefusedError, type Store, type StoreCheck, type StoreHealth } from '#store'
import type { SqliteOptions } from '#store/sqlite'

export interface ServerSources extends ConfigSources {
  /** For trying out: `http:` and loopback targets are allowed while the server itself listens on loopback only. */
  readonly dev: boolean
  /** Said by hand at this start: begin a new store where one has been; or go on without what only a lost master key opens. */
  readonly intent?: 'new' | 'new_key' | undefined
}

export interface RunningServer {
  readonly url: string
  /** Where listeners are reached: `url`, unless they have a port of their own. */
  readonly ingressUrl: string
  /** The organisation key that was made at the first start; shown once, kept as a digest. */
  readonly firstKey?: string
  /** Where a new, empty store was begun at this start. */
  readonly newStore?: string
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
/** Of it, until callers who still wait hear that their run goes on: attempts under way then have as long as most may take. */
const DOORS_MS = 15_000
/** After it what is answered at the last moment has been written; bodies that still arrive are cut. */
const CUT_MS = 100
const POSTGRES_BATCHES = 4
const IN_FLIGHT_MAX = 512
/** Connections to the database, kept ones to receivers, processes of expressions, files and what Node itself has open. */
const OWN_FILES_MAX = 512
/** S23. */
const WRONG_KEYS_PER_MINUTE = 10
const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** What tests put in the place of a part of the ground. */
export interface ServerOverrides {
  readonly store?: (store: Store) => Store
  /** Handed the open file of an embedded store, to make it fail. */
  readonly sqliteOpened?: SqliteOptions['opened']
}

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
  const failpoint = createFailpoint(sources.environment['POSTHORN_FAILPOINT'], () => process.kill(process.pid, 'SIGKILL'))
  const shutdown = createShutdown({ clock, log })
  shutdown.register('log', async () => lines.close())
  try {
    return await build({
      config,
      clock,
      random,
      log,
      ids,
      failpoint,
      shutdown,
      dev: isDev(sources.dev, config, log),
      intent: sources.intent ?? null,
      overrides,
    })
  } catch (error) {
    await shutdown.run(STOP_MS)
    if (error instanceof StoreRefusedError) throw new StartError([error.message])
    const sentence = explainStart(error, config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

export { isSound, type StoreCheck }

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

interface Ground {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly ids: Ids
  readonly failpoint: Failpoint
  readonly shutdown: ReturnType<typeof createShutdown>
  readonly dev: boolean
  readonly intent: 'new' | 'new_key' | null
  readonly overrides: ServerOverrides
}

async function build(ground: Ground): Promise<RunningServer> {
  const { config, clock, random, log, ids, failpoint, shutdown } = ground
  const health = createStoreHealth({ clock, log })
  const keys = new KeyAdmission({
    ...{ folder: config.data, given: config.masterKey, intent: ground.intent, random, log, failpoint },
    engine: config.databaseUrl === null ? 'sqlite' : 'postgres',
  })
  const opened = notifyOfWork(await openStore(ground, { health, admission: keys }), log)
  const store = ground.overrides.store?.(opened) ?? opened
  shutdown.register('store', () => store.close())
  const watch = watchVault({ vault: keys.vault(), health, clock })
  shutdown.register('vault watch', async () => watch.stop())
  const { vault } = watch
  await keys.remember()

  const wakeUps = createWakeUps<Topics>((error) => log.error('wakeUps.listener.failed', { error }))
  const roles = new Set(config.roles)
  if (store.engine === 'sqlite' && !(roles.has('flows') && roles.has('delivery')))
    log.warn('server.roles.alone', { roles: config.roles, why: 'nobody else can do the rest of the work in an embedded store' })
  const session = new Session({
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
  const committer = createCommitter({ store, session, wakeUps, clock, concurrency, failpoint })
  const cache = new ConfigCache({ store, clock, log })
  const egress = createEgress({
    clock,
    allow: ground.dev ? [...config.egressAllow, ...LOOPBACK] : config.egressAllow,
    allowHttp: ground.dev || config.allowHttp,
    ca: config.egressCa === null ? [] : [readCertificates(config.egressCa)],
  })
  // Their processes start when the first expression needs one, and go when none does.
  const read = createTransformCache()
  const transforms = createTransformPool({ clock, cache: read })
  const tryOuts = createTransformPool({ clock, processes: 1, cache: read })
  const segmentPool = createSegmentPool({ clock })
  const segmentTryOuts = createSegmentPool({ clock, processes: 1 })
  const operational = createOperationalMessages({ config: cache, ids, clock, log })
  const shared = {
    store,
    session,
    committer,
    config: cache,
    operational,
    wakeUps,
    vault,
    clock,
    random,
    ids,
    log,
    egress,
    transforms,
    segmentPool,
    failpoint,
  }
  const delivery = createDelivery({ ...shared, limits: { inFlightMax: IN_FLIGHT_MAX, disableAfter: config.disableAfter } })
  const flows = createFlows(shared)

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
  const api = createApi({ ...shared, transforms: tryOuts, segmentPool: segmentTryOuts, delivery, settings })

  const files = createOpenFiles({ clock, log, ownMax: IN_FLIGHT_MAX + OWN_FILES_MAX })
  const servers = await listen({ config, clock, ids, files }, address, (request, response) => api.handle(request, response))
  // Last of all where a start ends half-way; in order the doors are the first, below.
  shutdown.register('ports', async () => servers.cut())
  files.start()
  shutdown.register('open files', async () => files.stop())
  // Behind what may keep a start from succeeding: the first key is shown once, and a start that ends half-way shows nothing.
  const firstKey = await ensureFirstKey(shared, config.apiKey)
  if (firstKey.kind === 'unusable') throw new StartError([firstKey.fault])
  await ensureDefaultApplication(shared)
  await ensureOperationalApplication(shared)
  const ingest = new Ingest({ ...shared, runAtOnce: roles.has('flows') ? flows.runAtOnce : null, settings })
  servers.receive(roles.has('ingest') ? ingest.handle : undefined)

  const pools = [transforms, tryOuts, segmentPool, segmentTryOuts]
  shutdown.register('processes', async () => void (await Promise.all(pools.map((pool) => pool.stop()))))
  shutdown.register('config cache', async () => cache.stop())
  shutdown.register('session', () => session.stop())
  shutdown.register('egress', () => egress.close())
  shutdown.register('committer', () => committer.close())
  cache.start()
  await session.start()
  const rooms: Part[] = []
  if (roles.has('delivery')) {
    delivery.start()
    const replays = createReplays(shared)
    replays.start()
    rooms.push(
      { name: 'delivery', stop: (signal) => delivery.stop(signal) },
      toldToStop('replays', () => replays.stop()),
    )
  }
  if (roles.has('flows')) {
    flows.start()
    rooms.push({ name: 'flows', stop: (signal) => flows.stop(signal) })
  }
  const retention = createRetention({ store, clock, log, days: { logs: config.retentionDays, audit: config.auditRetentionDays } })
  retention.start()
  rooms.push(toldToStop('retention', () => retention.stop()))
  // Runs and deliveries go on until the doors are closed: callers wait for them.
  shutdown.registerTogether(rooms)
  shutdown.registerTogether([doors({ servers, api, ingest, clock })], DOORS_MS)
  servers.open(roles.has('api'))
  log.info('server.started', { url: servers.url, engine: store.engine, roles: config.roles })
  return {
    url: servers.url,
    ingressUrl: servers.ingressUrl,
    ...(firstKey.kind === 'made' && { firstKey: firstKey.text }),
    ...(keys.began !== undefined && { newStore: keys.began }),
    async stop() {
      log.info('server.stopping', { withinMs: STOP_MS })
      await shutdown.run(STOP_MS)
    },
  }
}

/** For what no caller waits for: it stops from the signal on, and is waited for in its turn. */
function toldToStop(name: string, stop: () => Promise<void>): Part {
  let stopped: Promise<void> | undefined
  const begin = () => (stopped ??= stop())
  // Its failure is told where it is waited for.
  return { name, tell: () => void begin().catch(() => undefined), stop: begin }
}

interface Doors {
  readonly servers: Pick<PublicServer, 'drain' | 'quiet' | 'cut'>
  readonly api: Pick<ApiServer, 'drain' | 'stop'>
  readonly ingest: Pick<Ingest, 'drain' | 'stop'>
  readonly clock: Clock
}

/**
 * Both planes end as one. From the signal on nobody listens, what is under way and what still comes on kept connections is
 * answered with `Connection: close`, and connections that say nothing are ended, so that nobody's request meets a closed socket.
 */
function doors({ servers, api, ingest, clock }: Doors): Part {
  return {
    name: 'doors',
    tell() {
      servers.drain(() => {
        ingest.drain()
        api.drain()
      })
    },
    async stop(signal) {
      await servers.quiet(signal)
      const cut = clock.after(CUT_MS, () => servers.cut())
      await Promise.all([ingest.stop(), api.stop(signal)])
      cut.cancel()
      servers.cut()
    },
  }
}

/** Only the engine that is used is loaded. */
async function openStore(
  { config, clock, log, failpoint, overrides }: Ground,
  parts: { readonly health: StoreHealth; readonly admission: KeyAdmission },
): Promise<Store> {
  if (config.databaseUrl !== null) {
    const { openPostgres } = await import('#store/postgres')
    return openPostgres({ url: config.databaseUrl, clock, log, ...parts })
  }
  const { openSqlite } = await import('#store/sqlite')
  return openSqlite({
    folder: join(config.data),
    ...{ clock, log, ...parts, opened: overrides.sqliteOpened },
    failpoint: (at) => failpoint(`store.${at}`),
  })
}

/** What is no certificate would be passed over by TLS without a word, and each delivery would fail. */
function readCertificates(file: string): string {
  const text = readFileSync(file, 'utf8')
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (certificates.length === 0) throw new Error('none')
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch {
    throw new StartError([
      `The file ${file} that POSTHORN_EGRESS_CA names holds no certificates in PEM form. Name one that does, or leave it out.`,
    ])
  }
  return text
}

/** Trying out is for this machine alone: as soon as others can reach the server, its deliveries may not reach into its network. */
function isDev(wanted: boolean, config: Config, log: Log): boolean {
  const loopback = config.host === 'localhost' || config.host === '::1' || config.host.startsWith('127.')
  if (wanted && !loopback) log.warn('server.dev.refused', { host: config.host, why: 'the host is not loopback' })
  return wanted && loopback
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** One port for everything, or one for the listeners and one for the rest. Until `open`, callers hear that the server starts. */
async function listen(
  { config, files, ...deps }: Pick<Ground, 'config' | 'clock' | 'ids'> & { readonly files: OpenFiles },
  address: { publicUrl: string; apiUrl: string },
  api: Handle,
) {
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
  const main = await bind(config.port, config.host, createPublicServer(route(split ? 'api' : 'both'), deps))
  const url = urlOf(main, config.host)
  const second = split
    ? await bind(config.ingressPort!, config.host, createPublicServer(route('ingest'), deps)).catch((error: unknown) =>
        closing(main, error),
      )
    : undefined
  const ingressUrl = second ? urlOf(second, config.host) : url
  const all = second ? [main, second] : [main]
  files.watch(all.map(({ server }) => server))
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
    drain(closed: () => void) {
      let open = all.length
      for (const one of all) one.drain(() => void (--open === 0 && closed()))
    },
    quiet: async (signal: AbortSignal) => void (await Promise.all(all.map((one) => one.quiet(signal)))),
    cut: () => all.forEach((one) => one.cut()),
  }
}

/** What listens keeps the process alive, also one that cannot start. */
function closing(one: PublicServer, error: unknown): never {
  one.cut()
  throw error
}

function bind(port: number, host: string, one: PublicServer): Promise<PublicServer> {
  const { server } = one
  return new Promise((resolve, reject) => {
    // Where the host's name is not found, the system names neither.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen', port })))
    server.listen(port, host, () => resolve(one))
  })
}

function urlOf({ server }: PublicServer, host: string): string {
  return `http://${hostOf(host)}:${(server.address() as AddressInfo).port}`
}

function isHealth(request: IncomingMessage): boolean {
  return request.url === '/healthz' || request.url === '/readyz'
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host
}

function refuse(response: ServerResponse, status: 404 | 503): void {
  const body = JSON.stringify({
    status,
    code: status === 404 ? 'not_found' : 'stopping',
    detail: status === 404 ? 'There is nothing here.' : 'The server is starting.',
  })
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...(status === 503 && { 'retry-after': '1' }) }
  response.writeHead(status, headers).end(body)
}
