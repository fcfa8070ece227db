import { rmSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listenerIn, type ListenerInput } from '@posthorn/contract'
import {
  belonging,
  createIds,
  type ApplicationId,
  type FlowId,
  type ListenerId,
  type Reply,
  type RunId,
  type RunStatus,
} from '../../packages/server/src/domain/index.ts'
import { Ingest, PublicServer, type IngestDeps } from '../../packages/server/src/ingest/index.ts'
import {
  createEgress,
  createWakeUps,
  createVault,
  noFailpoint,
  systemClock,
  systemRandom,
} from '../../packages/server/src/platform/index.ts'
import { createCollectingLog } from '../../packages/server/src/platform/testing/index.ts'
import { batchesOf, createCommitter, ConfigCache, type Topics } from '../../packages/server/src/coordination/index.ts'
import type { StoredListener, LoadedRun, Store } from '../../packages/server/src/store/index.ts'
import { tablesOf } from '../../packages/server/src/store/testing/index.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite/index.ts'
import { storeFolder } from './store-folder.ts'

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** Undefined where the body is not JSON. */
  readonly json: Record<string, unknown> | undefined
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array
}

/**
 * The receiving half of the harness on real parts: SQLite in a folder of its own, committer, cache, wake-ups, vault, and the public
 * server on a free port. Flows are what the test makes of the runs that wake.
 */
export interface IngestHarness extends AsyncDisposable {
  readonly application: ApplicationId
  readonly store: Store
  readonly ingest: Ingest
  readonly door: PublicServer
  readonly port: number
  readonly folder: string
  readonly log: ReturnType<typeof createCollectingLog>
  addListener(listener: ListenerInput & { suffix: string }, auth?: Record<string, unknown>): Promise<ListenerId>
  changeListener(id: ListenerId, change: Partial<StoredListener>): Promise<void>
  /** `answers`: has a webhook_response step. */
  addFlow(listener: string, options?: { answers?: boolean; enabled?: boolean }): Promise<FlowId>
  addSecret(name: string, value: string): Promise<void>
  /** Each run that is accepted from now on. */
  onRun(handler: (run: LoadedRun) => void): void
  /** Commits the end of a run and wakes, as flows does. */
  reply(run: LoadedRun, reply: Reply, options?: { status?: 'ok' | 'ko'; wake?: boolean }): Promise<void>
  send(method: string, path: string, sent?: Sent): Promise<Received>
  /** All that are kept, the oldest first. */
  requests(): Promise<Awaited<ReturnType<typeof readRequests>>>
}

export interface HouseOptions {
  readonly settings?: Partial<IngestDeps['settings']>
  /** Wraps what ingest is handed, to make it fail or wait. */
  readonly change?: (deps: IngestDeps) => IngestDeps
}

const JSON_HEADERS = { 'content-type': 'application/json' }

export async function openIngestHarness(options: HouseOptions = {}): Promise<IngestHarness> {
  const folder = await storeFolder('ingest')
  const clock = systemClock
  const random = systemRandom()
  const log = createCollectingLog()
  const ids = createIds({ now: () => clock.now(), fill: (target) => random.fill(target) })
  const vault = createVault([{ id: 'test', key: new Uint8Array(32) }], random)
  const store = await openSqlite({ folder, clock, log })
  const session = { id: ids.make('ses') }
  await store.openSession(session.id)
  const wakeUps = createWakeUps<Topics>()
  const committer = createCommitter({ store, session, wakeUps, clock, ...batchesOf(store) })
  const config = new ConfigCache({ store, clock, log })
  const application = ids.make('app')
  const egress = createEgress({ clock })
  const insert = async <T extends 'application' | 'listener' | 'flow' | 'flow_version' | 'secret'>(table: T, row: never) => {
    const query = tablesOf(store).insertInto(table).values(row).compile()
    const result = await store.mutate({ statements: [{ query }], application: null, audit: [] })
    if (result.kind !== 'done') throw new Error(result.kind)
  }
  /** Any change of the application's configuration raises its version. */
  const raise = async (queries: { compile(): Parameters<Store['mutate']>[0]['statements'][number]['query'] }[]) => {
    const { version } = await tablesOf(store)
      .selectFrom('application')
      .select('version')
      .where('id', '=', application)
      .executeTakeFirstOrThrow()
    const statements = queries.map((query) => ({ query: query.compile() }))
    const result = await store.mutate({ statements, application: { id: application, version }, audit: [] })
    if (result.kind !== 'done') throw new Error(result.kind)
  }
  const at = clock.now()
  const times = { created_at: at, updated_at: at, deleted_at: null }
  await insert('application', {
    id: application,
    uid: 'default',
    name: 'Default',
    metadata: '{}',
    plan: 'unlimited',
    settings: '{}',
    throttle_rate: null,
    ...times,
  } as never)

  const deps: IngestDeps = {
    store,
    committer,
    config,
    wakeUps,
    vault,
    clock,
    ids,
    log,
    egress,
    runAtOnce: null,
    failpoint: noFailpoint,
    settings: { publicUrl: 'https://hooks.example', trustedProxies: [], ...options.settings },
  }
  const ingest = new Ingest(options.change?.(deps) ?? deps)
  const door = new PublicServer(ingest.handle, { clock, ids })
  const { server } = door
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    application,
    store,
    ingest,
    door,
    port,
    folder,
    log,
    async addListener(input, auth) {
      const listener = listenerIn.parse(input)
      const id = ids.make('lst')
      const { name, system, suffix, methods, uid, enabled, auth: written, ...rest } = listener
      const row: StoredListener = {
        id,
        application_id: application,
        uid: uid ?? null,
        name,
        system,
        suffix,
        methods: JSON.stringify(methods),
        auth: vault.seal(JSON.stringify(auth ?? written), belonging.listenerAuth(id)),
        config: JSON.stringify(rest),
        enabled: enabled ? 1 : 0,
        capture: null,
        capture_until: null,
        ...times,
      }
      await raise([tablesOf(store).insertInto('listener').values(row)])
      return id
    },
    changeListener: (id, change) => raise([tablesOf(store).updateTable('listener').set(change).where('id', '=', id)]),
    async addFlow(listener, { answers = false, enabled = true } = {}) {
      const id = ids.make('flow')
      const steps = answers ? [{ id: 'reply', kind: 'webhook_response' }] : [{ id: 'end', kind: 'stop' }]
      const definition = JSON.stringify({ name: 'Flow', trigger: { kind: 'webhook', listener }, steps })
      const flow = {
        id,
        application_id: application,
        uid: null,
        name: 'Flow',
        enabled: enabled ? 1 : 0,
        draft: definition,
        published_version: 1,
        ...times,
      }
      const version = { flow_id: id, version: 1, definition, created_at: at, created_by: 'system' }
      await raise([tablesOf(store).insertInto('flow').values(flow), tablesOf(store).insertInto('flow_version').values(version)])
      return id
    },
    async addSecret(name, value) {
      const sealed = vault.seal(value, belonging.secret(application, name))
      await raise([
        tablesOf(store)
          .insertInto('secret')
          .values({ application_id: application, name, sealed, last4: value.slice(-4), created_at: at, updated_at: at }),
      ])
    },
    onRun(handler) {
      wakeUps.listen('run.accepted', (runs) => runs.forEach(handler))
    },
    async reply({ run }, reply, { status = 'ok', wake = true } = {}) {
      const reopen =
        reply.status >= 500
          ? await tablesOf(store)
              .selectFrom('request')
              .select(['listener_id', 'dedup_key'])
              .where('id', '=', run.request_id!)
              .executeTakeFirstOrThrow()
          : null
      const result = await committer.commitRun({
        run: run.id as RunId,
        rev: run.rev,
        application: { id: application, version: 1 },
        status,
        parkedOn: null,
        waitMs: null,
        finishedAt: clock.now(),
        errorCode: null,
        reply: JSON.stringify(reply),
        state: null,
        steps: '[]',
        faults: '[]',
        meta: '{}',
        messages: [],
        runs: [],
        deliveries: [],
        reopen: reopen?.dedup_key ? { scope: reopen.listener_id!, key: reopen.dedup_key, ref: run.request_id! } : null,
      })
      if (result.kind !== 'committed') throw new Error(result.kind)
      if (wake) wakeUps.wake('run.replied', { run: run.id as RunId, status: status satisfies RunStatus, reply })
    },
    send: (method, path, sent = {}) =>
      exchange(port, { method, path, headers: { ...(sent.body !== undefined && JSON_HEADERS), ...sent.headers }, body: sent.body }),
    async requests() {
      // Refused requests are written behind their answers: an empty operation goes after them all.
      await committer.accept({ application: null, dedups: [], request: null, runs: [], messages: [] })
      return readRequests(store)
    },
    async [Symbol.asyncDispose]() {
      door.drain()
      door.cut()
      await ingest.stop()
      await egress.close()
      await committer.close()
      config.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readRequests(store: Store) {
  return tablesOf(store).selectFrom('request').selectAll().orderBy('id').execute()
}

interface Exchange extends Pick<Sent, 'headers'> {
  readonly method: string
  readonly path: string
  readonly body: string | Uint8Array | undefined
}

function exchange(port: number, { method, path, headers, body }: Exchange): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request({ host: '127.0.0.1', port, method, path, agent: false, headers: { ...length, ...headers } }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const whole = Buffer.concat(chunks)
        const text = whole.toString()
        resolve({ status: incoming.statusCode!, headers: incoming.headers, body: whole, text, json: readJson(text) })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
