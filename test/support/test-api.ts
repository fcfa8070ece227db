import { fileURLToPath } from 'node:url'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDelivery, Replays } from '../../packages/server/src/delivery/index.ts'
import { createIds } from '../../packages/server/src/domain/index.ts'
import { ByHand, splitting } from '../../packages/server/src/ingest/index.ts'
import { createFlows, createSegmentPool, RequestReplays } from '../../packages/server/src/flows/index.ts'
import {
  createWakeUps,
  createEgress,
  createTransformPool,
  createVault,
  masterKeyFromText,
  noFailpoint,
  systemClock,
  systemRandom,
  type Clock,
  type Egress,
  type Vault,
} from '../../packages/server/src/platform/index.ts'
import { silentLog } from '../../packages/server/src/platform/testing/index.ts'
import {
  batchesOf,
  createCommitter,
  ConfigCache,
  createOperationalMessages,
  Session,
  type Topics,
} from '../../packages/server/src/coordination/index.ts'
import { openPostgres } from '../../packages/server/src/store/postgres/index.ts'
import { openSqlite, type SqliteOptions } from '../../packages/server/src/store/sqlite/index.ts'
import { checkContract } from './contract-check.ts'
import { createApi, ensureFirstKey, type ApiDeps } from '../../packages/server/src/api/index.ts'
import { storeFolder } from './store-folder.ts'

export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined for an empty body. Loosely typed, because every test reads another shape. */
  readonly body: Json
  readonly text: string
}

/** JSON that a test looks into. */
export interface Json {
  readonly [name: string]: Json
}

export interface CallOptions {
  readonly body?: unknown
  /** Null: none. Absent: the organisation's. */
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestApiParts {
  /** The machine's own if absent. */
  readonly clock?: Clock
  /** Sends deliveries, to receivers on this machine. */
  readonly deliver?: boolean
  /** PostgreSQL instead of the embedded store. */
  readonly databaseUrl?: string
  /** Another process on the store of this one, which is PostgreSQL; `databaseUrl` is given as well. */
  readonly beside?: TestApi
  /** Handed the open file of the embedded store, to make it fail. */
  readonly sqliteOpened?: SqliteOptions['opened']
  /** One with a key of its own if absent. */
  readonly vault?: Vault
  readonly siloQuota?: ApiDeps['siloQuota']
  /** One that allows http and loopback if absent. */
  readonly egress?: Egress
}

export interface TestApi {
  readonly url: string
  readonly key: string
  /** Where the store keeps its files. */
  readonly folder: string
  readonly deps: ApiDeps
  /** `call('POST /app', { body })`; paths are below `/api/v1` unless they begin with two slashes. */
  call(methodAndPath: string, options?: CallOptions): Promise<TestAnswer>
  stop(): Promise<void>
}

async function firstKeyOf(deps: ApiDeps): Promise<string> {
  const firstKey = await ensureFirstKey(deps, null)
  if (firstKey.kind !== 'made') throw new Error('an empty store has no key yet')
  return firstKey.text
}

/** The management plane as it really is, on a port of its own: store, session, committer, cache, vault and flows; delivery if asked for, no ingest. */
export async function startTestApi(settings: Partial<ApiDeps['settings']> = {}, parts: TestApiParts = {}): Promise<TestApi> {
  const folder = await storeFolder('api')
  const clock = parts.clock ?? systemClock
  const random = systemRandom()
  const log = silentLog
  const ids = createIds({ now: clock.now, fill: (target) => random.fill(target) })
  const vault =
    parts.beside?.deps.vault ?? parts.vault ?? createVault([masterKeyFromText('test-test-test-test-test-test-test-test')], random)
  const { databaseUrl } = parts
  const store =
    databaseUrl === undefined
      ? await openSqlite({ folder, clock, log, opened: parts.sqliteOpened })
      : await openPostgres({ url: databaseUrl, clock, log })
  const wakeUps = createWakeUps<Topics>()
  const session = new Session({ store, clock, ids, log, onAdopted: () => {}, onLost: () => {} })
  await session.start()
  const committer = createCommitter({ store, session, wakeUps, clock, ...batchesOf(store) })
  const config = new ConfigCache({ store, clock, log })
  const egress = parts.egress ?? createEgress({ clock, allowHttp: true, allow: ['127.0.0.0/8'] })
  const shared = {
    ...(parts.siloQuota && { siloQuota: parts.siloQuota }),
    store,
    session,
    committer,
    config,
    operational: createOperationalMessages({ config, ids, clock, log }),
    wakeUps,
    vault,
    clock,
    random,
    ids,
    log,
    egress,
    transforms: createTransformPool({ clock: systemClock }),
    segmentPool: createSegmentPool({ clock: systemClock }),
  }
  const flows = createFlows(shared)
  flows.start()
  const limits = { inFlightMax: 64, disableAfter: 100 }
  const delivery = createDelivery({ ...shared, limits, turnMs: () => 0, failpoint: noFailpoint })
  const replays = new Replays({ ...shared, failpoint: noFailpoint })
  const requestReplays = new RequestReplays({ ...shared, failpoint: noFailpoint, splitting })
  if (parts.deliver) {
    delivery.start()
    replays.start()
    requestReplays.start()
  }
  const deps: ApiDeps = {
    ...shared,
    byHand: new ByHand({ ...shared, settings: { publicUrl: 'https://hooks.example.com' } }),
    failpoint: noFailpoint,
    trustedEgress: egress,
    delivery,
    // Made where the whole server is put together, and tested there.
    metrics: { contentType: 'text/plain', text: async () => '' },
    install: {
      version: '0.0.0',
      session: session.id,
      startedAt: clock.now(),
      folder,
      settings: [],
      sizes: async () => ({ freeBytes: null, databaseBytes: null }),
    },
    settings: {
      ...{ publicUrl: 'https://hooks.example.com', apiUrl: 'https://api.example.com', secretsReveal: 'once', payloadBytesMax: 1024 * 1024 },
      consoleFolder: fileURLToPath(new URL('../../packages/console/dist', import.meta.url)),
      ...{ portalHosts: [], signInProviders: [] },
      // Tests show many wrong keys, all from this machine.
      ...{ trustedProxies: [], wrongKeysPerMinute: 1_000_000 },
      ...settings,
    },
  }
  const key = parts.beside?.key ?? (await firstKeyOf(deps))
  const api = createApi(deps)
  const checked = checkContract(api)
  const server = createServer((request, response) => checked.handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    key,
    folder,
    deps,
    async call(methodAndPath, options = {}) {
      const [method = '', path = ''] = methodAndPath.split(' ', 2)
      const { body, headers } = options
      const authorization = options.key === null ? {} : { authorization: `Bearer ${options.key ?? key}` }
      const response = await fetch(path.startsWith('//') ? `${url}${path.slice(1)}` : `${url}/api/v1${path}`, {
        method,
        headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      // A stream does not end: that it was begun is all that is asked here.
      const isStream = response.headers.get('content-type') === 'text/event-stream'
      if (isStream) await response.body?.cancel()
      const text = isStream ? '' : await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      return {
        status: response.status,
        headers: response.headers,
        body: (isJson && text !== '' ? JSON.parse(text) : undefined) as Json,
        text,
      }
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await api.stop(AbortSignal.timeout(1000))
      await requestReplays.stop()
      await flows.stop(AbortSignal.timeout(1000))
      await replays.stop()
      await delivery.stop(AbortSignal.timeout(1000))
      await Promise.all([shared.transforms.stop(), shared.segmentPool.stop()])
      await committer.close()
      await egress.close()
      config.stop()
      await session.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
      const faults = checked.faults()
      if (faults.length > 0) throw new Error(`answers that the contract does not say:\n${faults.join('\n')}`)
    },
  }
}
