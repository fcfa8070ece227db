/** The sending half of the harness on real parts, for the tests of this room. Not part of the product. */
import { rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import {
  belonging,
  createIds,
  generateSecret,
  secretOfConnection,
  type DeliveryId,
  type EndpointId,
  type KeptConnectionAuth,
  type MessageId,
  type RunId,
  type SigningProfile,
  type StepDeliveryOutcome,
  type StepRequest,
} from '../../packages/server/src/domain/index.ts'
import {
  createWakeUps,
  createEgress,
  createTransformPool,
  createVault,
  systemClock,
  type Clock,
  type Egress,
  type Vault,
} from '../../packages/server/src/platform/index.ts'
import { createCollectingLog, createSeededRandom, type FakeClock } from '../../packages/server/src/platform/testing/index.ts'
import {
  batchesOf,
  createCommitter,
  ConfigCache,
  createOperationalMessages,
  notifyOfWork,
  type Committer,
  type Topics,
} from '../../packages/server/src/coordination/index.ts'
import {
  endpointDefaults,
  laneStates,
  type StoredApplication,
  type StoredEndpoint,
  type HeldRun,
  type LaneState,
  type NewDelivery,
  type SettleResult,
  type Settlement,
  type Store,
} from '../../packages/server/src/store/index.ts'
import { tablesOf } from '../../packages/server/src/store/testing/index.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite/index.ts'
import { createDelivery, type Delivery, type DeliveryOptions } from '../../packages/server/src/delivery/index.ts'
import { storeFolder } from './store-folder.ts'

export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Answer = (got: Got, response: ServerResponse) => void

export interface TestReceiver extends AsyncDisposable {
  readonly url: string
  /** Every request so far, complete with its body. */
  readonly got: readonly Got[]
  /** Requests that were not answered yet. */
  readonly open: number
  /** The most of them that were open at the same time. */
  readonly openMost: number
  /** From now on. */
  answer(answer: Answer): void
  /** Resolves when so many requests have come. */
  arrived(count: number): Promise<readonly Got[]>
}

export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_, response) => void response.writeHead(code, headers).end(body)
}

export const silence: Answer = () => {}

export async function startReceiver(first: Answer = status(200)): Promise<TestReceiver> {
  const got: Got[] = []
  const sockets = new Set<Socket>()
  const waiting = createSignal()
  let answer = first
  let open = 0
  let openMost = 0
  const server = createServer((request, response) => {
    openMost = Math.max(openMost, ++open)
    response.on('close', () => open--)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { method: request.method!, path: request.url!, headers: request.headers, body: Buffer.concat(chunks) }
      got.push(one)
      answer(one, response)
      waiting.wake()
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    got,
    get open() {
      return open
    },
    get openMost() {
      return openMost
    },
    answer: (next) => void (answer = next),
    async arrived(count) {
      await waiting.until(() => got.length >= count)
      return got
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Whoever waits looks again at each wake-up. */
function createSignal() {
  let waiters: (() => void)[] = []
  return {
    wake() {
      const woken = waiters
      waiters = []
      for (const wake of woken) wake()
    },
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await new Promise<void>((resolve) => void waiters.push(resolve))
    },
  }
}

export interface HouseOptions {
  /** Time stands still but for `pass`; else it is the machine's. */
  readonly clock?: FakeClock
  readonly plan?: string
  readonly settings?: Record<string, unknown>
  readonly inFlightMax?: number
  readonly disableAfter?: number
  /** Resolves names where there is no `lookup`, so that they go there although nobody else knows them. */
  readonly proxyUrl?: string
  /** In place of the machine's DNS. */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>
  /** Wraps what the room is handed, to make it fail or wait. */
  readonly change?: (options: DeliveryOptions) => DeliveryOptions
}

export interface EndpointFields extends Partial<Omit<StoredEndpoint, 'headers' | 'signing'>> {
  readonly url: string
  readonly signing?: SigningProfile
  readonly secrets?: readonly { readonly text: string; readonly expires_at: number | null }[]
  readonly headers?: Record<string, string>
}

export interface SettledOnce {
  readonly settlement: Settlement
  readonly result: SettleResult
}

export type Harness = Awaited<ReturnType<typeof openHarness>>

/** One life of one process: a store on a folder that outlives it, and the room. */
async function openLife(ground: Ground, options: HouseOptions) {
  const { clock, random, ids, log, vault, folder } = ground
  const store = notifyOfWork(await openSqlite({ folder, clock, log }), log)
  const session = { id: ids.make('ses'), alive: true, senders: 1, mayAct: () => session.alive }
  await store.openSession(session.id)
  const wakeUps = createWakeUps<Topics>()
  const kept = createCommitter({ store, session, wakeUps, clock, ...batchesOf(store) })
  const committer: Committer = {
    ...kept,
    async settle(settlement, lane) {
      const result = await kept.settle(settlement, lane)
      ground.settled.push({ settlement, result })
      ground.settling.wake()
      return result
    },
  }
  const config = new ConfigCache({ store, clock, log })
  const egress: Egress = createEgress({
    ...{ clock, allow: ['127.0.0.0/8'], allowHttp: true, log },
    ...(options.lookup && { lookup: options.lookup }),
    ...(options.proxyUrl !== undefined && { proxy: { url: options.proxyUrl, resolves: options.lookup === undefined } }),
  })
  wakeUps.listen('run.woken', (runs) => ground.woken.push(...runs))
  const limits = { inFlightMax: options.inFlightMax ?? 512, disableAfter: options.disableAfter ?? 100 }
  const shared = {
    store,
    session,
    committer,
    config,
    operational: createOperationalMessages({ config, ids, clock, log }),
    wakeUps,
    egress,
    vault,
    clock,
    random,
    ids,
    log,
    limits,
    transforms: ground.transforms,
    failpoint: () => {},
    turnMs: () => 0,
  }
  const delivery: Delivery = createDelivery(options.change?.(shared) ?? shared)
  delivery.start()
  return {
    ...{ store, session, committer, config, egress, delivery },
    async close() {
      const now = AbortSignal.abort()
      await delivery.stop(now)
      await egress.close()
      await kept.close()
      await store.close()
    },
    /** As a kill leaves it: nothing more is settled, nothing is given back. */
    async crash() {
      session.alive = false
      delivery.forget()
      await egress.close()
      await store.close()
      leaveSession(folder, session.id)
    },
  }
}

/** What only a store that was not closed leaves behind. */
function leaveSession(folder: string, id: string): void {
  const db = new Database(join(folder, 'posthorn.db'))
  db.prepare('insert into session (id, alive, beat) values (?, 1, 0)').run(id)
  db.close()
}

type Ground = Awaited<ReturnType<typeof makeGround>>

async function makeGround(clock: Clock) {
  const random = createSeededRandom(7)
  return {
    clock,
    random,
    ids: createIds({ now: () => clock.now(), fill: (target) => random.fill(target) }),
    log: createCollectingLog(),
    vault: createVault([{ id: 'test', key: new Uint8Array(32) }], random),
    folder: await storeFolder('delivery'),
    settled: [] as SettledOnce[],
    settling: createSignal(),
    // Expressions run on the machine's clock, whatever the harness's is.
    transforms: createTransformPool({ clock: systemClock }),
    woken: [] as HeldRun[],
  }
}

export async function openHarness(options: HouseOptions = {}) {
  const ground = await makeGround(options.clock ?? systemClock)
  const { clock, ids, vault, settled, settling, random } = ground
  let life = await openLife(ground, options)
  const application = ids.make('app')
  const at = clock.now()
  const times = { created_at: at, updated_at: at, deleted_at: null }

  /** Made again if the configuration changed while it was made, as when an endpoint was just disabled. */
  const done = async (make: () => Promise<Parameters<Store['mutate']>[0]>) => {
    for (;;) {
      const { kind } = await life.store.mutate(await make())
      if (kind === 'done') return
      if (kind !== 'changed') throw new Error(`setting the scene: ${kind}`)
    }
  }
  const version = async () =>
    (await tablesOf(life.store).selectFrom('application').select('version').where('id', '=', application).executeTakeFirstOrThrow()).version
  const present = async () => ({ id: application, version: await version() })
  const read = (id: DeliveryId) => tablesOf(life.store).selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  await done(async () => ({
    statements: [
      {
        query: tablesOf(life.store)
          .insertInto('application')
          .values({
            ...{ id: application, uid: 'default', name: 'Default', metadata: '{}', plan: options.plan ?? 'unlimited' },
            ...{ settings: JSON.stringify(options.settings ?? {}), throttle_rate: null, ...times },
          })
          .compile(),
      },
    ],
    application: null,
    audit: [],
  }))

  const newDelivery = (endpoint: EndpointId, part: Partial<NewDelivery> = {}): NewDelivery => ({
    ...{ id: ids.make('dlv'), lane: endpoint, endpoint_id: endpoint, step_id: null, event_type: 'invoice.paid', created_at: clock.now() },
    ...{ request: null, body: null },
    ...part,
  })

  const harness = {
    application,
    clock,
    ids,
    vault,
    log: ground.log,
    /** Every settlement that was taken, in order. */
    settled: settled as readonly SettledOnce[],
    woken: ground.woken as readonly HeldRun[],
    get life() {
      return life
    },
    get store() {
      return life.store
    },
    get delivery() {
      return life.delivery
    },
    /** Makes an endpoint with a fresh secret, unless it is given some. */
    async endpoint({ headers, secrets, ...fields }: EndpointFields): Promise<EndpointId> {
      const id = ids.make('ep')
      const signing = fields.signing ?? 'standard'
      const row: StoredEndpoint = {
        ...{ ...endpointDefaults, id, application_id: application, ...times, ...fields, signing },
        headers: headers ? vault.seal(JSON.stringify(headers), belonging.endpointHeaders(id)) : null,
      }
      const rows = (secrets ?? [{ text: generateSecret(signing, (target) => random.fill(target)), expires_at: null }]).map((secret) => ({
        ...{ id: ids.make('sec'), endpoint_id: id, sealed: vault.seal(secret.text, belonging.endpointSecret(id)) },
        ...{ created_at: clock.now(), expires_at: secret.expires_at },
      }))
      const db = tablesOf(life.store)
      await done(async () => ({
        statements: [
          { query: db.insertInto('endpoint').values(row).compile() },
          ...rows.map((secret) => ({ query: db.insertInto('endpoint_secret').values(secret).compile() })),
        ],
        application: await present(),
        lanes: [{ kind: 'create', lane: id, application, state: laneStates.ready, ordered: row.ordered === 1 }],
        audit: [],
      }))
      return id
    },
    /** As management does it: the row and the lane's state together. */
    async change(endpoint: EndpointId, fields: Partial<StoredEndpoint>, lane?: LaneState) {
      const query = tablesOf(life.store)
        .updateTable('endpoint')
        .set({ updated_at: clock.now(), ...fields })
        .where('id', '=', endpoint)
      await done(async () => ({
        statements: [{ query: query.compile(), rows: 1 }],
        application: await present(),
        lanes: [
          ...(lane === undefined
            ? []
            : [{ kind: 'state' as const, lane: endpoint, state: lane, resetFailures: lane === laneStates.ready }]),
          ...(fields.ordered === undefined ? [] : [{ kind: 'order' as const, lane: endpoint, ordered: fields.ordered === 1 }]),
        ],
        audit: [],
      }))
    },
    /** Gives the application a plan with so many deliveries an hour. */
    async allow(deliveriesPerHour: number | null) {
      const db = tablesOf(life.store)
      const name = `hourly-${deliveriesPerHour}`
      const limits = { endpoints_max: null, deliveries_per_hour: deliveriesPerHour, retries_max: null, timeout_ms_max: null }
      const defaults = { default_signing: 'standard', default_retry_policy: '"standard"' }
      const plan = { name, built_in: 0, ...limits, ...defaults, created_at: at, updated_at: at }
      await done(async () => ({
        statements: [
          { query: db.insertInto('plan').values(plan).compile() },
          { query: db.updateTable('application').set({ plan: name }).where('id', '=', application).compile() },
        ],
        application: await present(),
        limits: { application },
        audit: [],
      }))
    },
    /** As management keeps it, with the secret that it reads, if any. */
    async connection({ name, baseUrl, auth, secret }: { name: string; baseUrl: string; auth: KeptConnectionAuth; secret?: string }) {
      const times = { created_at: at, updated_at: at }
      const read = secretOfConnection(auth)
      const db = tablesOf(life.store)
      const row = { application_id: application, name, base_url: baseUrl, auth: JSON.stringify(auth), ...times }
      const sealed = read === null ? '' : vault.seal(secret!, belonging.secret(application, read))
      await done(async () => ({
        statements: [
          { query: db.insertInto('connection').values(row).compile() },
          ...(read === null
            ? []
            : [
                {
                  query: db
                    .insertInto('secret')
                    .values({ application_id: application, name: read, sealed, last4: '', ...times })
                    .compile(),
                },
              ]),
        ],
        application: await present(),
        audit: [],
      }))
    },
    async changeApplication(fields: Partial<Pick<StoredApplication, 'throttle_rate'>>) {
      const query = tablesOf(life.store).updateTable('application').set(fields).where('id', '=', application)
      await done(async () => ({ statements: [{ query: query.compile(), rows: 1 }], application: await present(), audit: [] }))
    },
    /** Accepts one message for some endpoints. */
    async accept(endpoints: readonly EndpointId[], part: { payload?: string; eventId?: string | null; eventType?: string } = {}) {
      const { payload = '{"amount":1}', eventId = null, eventType = 'invoice.paid' } = part
      const message: MessageId = ids.make('msg')
      const deliveries = endpoints.map((endpoint) => newDelivery(endpoint, { event_type: eventType }))
      const about = { id: message, application_id: application, event_id: eventId, event_type: eventType, created_at: clock.now() }
      const made = { ...about, channels: null, tags: null, run_id: null, payload: Buffer.from(payload), deliveries, skipped: [] }
      for (let kind = 'stale'; kind === 'stale';) {
        // Whoever accepts has read the application's configuration.
        await life.config.application(application)
        const operation = { application: await present(), dedups: [], request: null, runs: [], messages: [made] }
        kind = (await life.committer.accept(operation)).kind
        if (kind === 'refused') throw new Error(kind)
      }
      return { message, deliveries: deliveries.map((one) => one.id), delivery: deliveries[0]!.id }
    },
    /** Parks a run on the delivery of a Send Webhook step, as flows does. */
    async park(
      part: Partial<StepRequest> & { url: string },
      body = '{"id":"x"}',
      sealer: Pick<Vault, 'seal'> = vault,
    ): Promise<{ run: RunId; delivery: DeliveryId }> {
      const run = ids.make('run')
      const about = { id: run, application_id: application, flow_id: 'flow_1', version: 1, trigger: 'webhook', request_id: null, key: run }
      const newRun = { ...about, created_at: clock.now(), input: null, meta: '{}', answer_by: null }
      await life.committer.accept({ application: await present(), dedups: [], request: null, runs: [newRun], messages: [] })
      const id = ids.make('dlv')
      const request: StepRequest = {
        ...{ headers: {}, signing: null, retryPolicy: 'step', success: [200, 204], timeoutMs: 10_000 },
        ...part,
      }
      const step: NewDelivery = {
        ...{ id, lane: 'flow_1/notify', endpoint_id: null, step_id: 'notify', event_type: 'order_created', created_at: clock.now() },
        ...{ request: sealer.seal(JSON.stringify(request), belonging.stepRequest(id)), body: Buffer.from(body) },
      }
      const committed = await life.committer.commitRun({
        ...{
          run,
          rev: 0,
          application: await present(),
          status: 'waiting',
          parkedOn: id,
          waitMs: null,
          finishedAt: null,
          errorCode: null,
          reply: null,
        },
        ...{ state: '{}', steps: '[]', faults: '[]', meta: '{}', messages: [], runs: [], deliveries: [step], reopen: null },
      })
      if (committed.kind !== 'committed') throw new Error(committed.kind)
      return { run, delivery: id }
    },
    read,
    async snapshot() {
      return (await life.config.application(application))!
    },
    /** As `expunge content` of the API. */
    async expunge(message: MessageId) {
      const query = tablesOf(life.store).updateTable('message').set({ payload: null }).where('id', '=', message)
      await done(async () => ({ statements: [{ query: query.compile(), rows: 1 }], application: null, audit: [] }))
    },
    attempts: (id: DeliveryId) =>
      tablesOf(life.store).selectFrom('attempt').selectAll().where('delivery_id', '=', id).orderBy('n').orderBy('id').execute(),
    lane: (lane: string) => tablesOf(life.store).selectFrom('lane').selectAll().where('lane', '=', lane).executeTakeFirstOrThrow(),
    tasks: () => tablesOf(life.store).selectFrom('task').selectAll().execute(),
    async wake(run: RunId): Promise<StepDeliveryOutcome> {
      const { wake } = await tablesOf(life.store).selectFrom('run').select('wake').where('id', '=', run).executeTakeFirstOrThrow()
      return JSON.parse(wake!) as StepDeliveryOutcome
    },
    /** Resolves when so many settlements have been taken since the beginning. */
    settles: (count: number) => settling.until(() => settled.length >= count),
    /** Lets fake time pass, and what falls due in it begin. */
    async pass(ms: number) {
      const fake = options.clock!
      const end = fake.monotonic() + ms
      if (ms > PACED_MS) fake.advance(ms - PACED_MS)
      await turns()
      while (fake.monotonic() < end) {
        fake.advance(Math.min(PACE_MS, end - fake.monotonic()))
        await turns()
      }
    },
    /** The process ends in order, and another one begins on the same data. */
    async restart(change: Partial<HouseOptions> = {}) {
      await life.close()
      life = await openLife(ground, { ...options, ...change })
    },
    /** The session's life is lost, and the process begins another one, as `Session` does. */
    async loseLife() {
      const { session, store, delivery } = life
      const lost = session.id
      session.alive = false
      delivery.forget()
      session.id = ids.make('ses')
      await store.closeSession(lost)
      while ((await store.freeLanes(lost, 100)) > 0);
      await store.openSession(session.id)
      session.alive = true
    },
    /** The process is killed, and another one begins. */
    async crash(change: Partial<HouseOptions> = {}) {
      await life.crash()
      life = await openLife(ground, { ...options, ...change })
    },
    async [Symbol.asyncDispose]() {
      await life.close()
      await ground.transforms.stop()
      rmSync(ground.folder, { recursive: true, force: true })
    },
  }
  return harness
}

/** Long waits are taken in one jump, and the end of them at the pace of the room, which looks around four times a second. */
const PACED_MS = 1000
const PACE_MS = 50

/** Lets everything run that is ready to run. */
export async function turns(count = 10): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}
