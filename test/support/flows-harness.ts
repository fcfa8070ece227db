import { rmSync } from 'node:fs'
import {
  belonging,
  createIds,
  operationalApplication,
  type ApplicationId,
  type EndpointId,
  type FlowId,
  type ListenerId,
  type Reply,
  type RunId,
  type SessionId,
  type StepDeliveryOutcome,
} from '../../packages/server/src/domain/index.ts'
import { createFlows, createSegmentPool, type Flows, type FlowsOptions } from '../../packages/server/src/flows/index.ts'
import {
  createWakeUps,
  createTransformPool,
  createVault,
  sleep,
  systemClock,
  type Clock,
  systemRandom,
  type Vault,
} from '../../packages/server/src/platform/index.ts'
import { createCollectingLog } from '../../packages/server/src/platform/testing/index.ts'
import {
  batchesOf,
  createCommitter,
  ConfigCache,
  createOperationalMessages,
  type Committer,
  type RunAtOnce,
  type Topics,
} from '../../packages/server/src/coordination/index.ts'
import {
  endpointDefaults,
  type AcceptOperation,
  type NewRequest,
  type StoredRun,
  type Store,
  type Task,
} from '../../packages/server/src/store/index.ts'
import { tablesOf } from '../../packages/server/src/store/testing/index.ts'
import { openPostgres } from '../../packages/server/src/store/postgres/index.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite/index.ts'
import { freshDatabase } from './postgres.ts'
import { storeFolder } from './store-folder.ts'

/** Longer than any test waits for a reply. */
const ANSWER_MS = 60_000

export interface Accepted {
  readonly run: RunId
  readonly request: NewRequest | null
}

/**
 * The running half of the harness on real parts: a store of its own (SQLite unless asked for), committer, cache, wake-ups, vault and flows. Requests
 * are what the test accepts, and the delivery room is what the test settles.
 */
export interface FlowsHarness extends AsyncDisposable {
  readonly application: ApplicationId
  readonly store: Store
  readonly committer: Committer
  readonly vault: Vault
  readonly flows: Flows
  readonly session: { id: SessionId; mayAct(): boolean }
  readonly log: ReturnType<typeof createCollectingLog>
  /** Deliveries of steps and endpoints that this session may send, in order. */
  readonly tasks: Task[]
  addFlow(steps: unknown[], options?: { rescue?: unknown[]; trigger?: unknown }): Promise<FlowId>
  addListener(config?: object, suffix?: string): Promise<ListenerId>
  addEndpoint(eventTypes: readonly string[] | null, state?: 'active' | 'disabled', filter?: object): Promise<EndpointId>
  addSecret(name: string, value: string): Promise<void>
  /** As ingest does: request and run in one commit. */
  accept(flow: FlowId, request?: Partial<NewRequest>, options?: { answerBy?: number | null; dedup?: string }): Promise<Accepted>
  /** As ingest does where it can: the run is run first, and kept with its request if that brought it to its end (`ran`). */
  acceptAtOnce(
    flow: FlowId,
    request?: Partial<NewRequest>,
    options?: { dedup?: string },
  ): Promise<Accepted & { readonly ran: ReturnType<RunAtOnce> }>
  /** As the api does for a job or an event. */
  startJob(flow: FlowId, input: object): Promise<Accepted>
  /** The reply that wakes for a run, whether it has woken or will. */
  reply(run: RunId): Promise<Reply>
  /** The run, once `when` holds of it. */
  run(run: RunId, when?: (row: StoredRun) => boolean): Promise<StoredRun>
  /** The step's delivery, once it is there to send. */
  delivery(run: RunId): Promise<{ task: Task; request: Record<string, unknown>; body: Record<string, unknown> }>
  /** Ends the delivery as the delivery room does, and wakes its run. */
  settle(task: Task, outcome: StepDeliveryOutcome): Promise<void>
}

export interface HouseOptions {
  /** Wraps what flows is handed, to make it fail or wait. */
  readonly change?: (options: FlowsOptions) => FlowsOptions
  /** False: the test starts it. */
  readonly start?: boolean
  readonly engine?: 'sqlite' | 'postgres'
  readonly clock?: Clock
}

export async function openFlowsHarness({
  change = (same) => same,
  start = true,
  engine = 'sqlite',
  clock = systemClock,
}: HouseOptions = {}): Promise<FlowsHarness> {
  const random = systemRandom()
  const log = createCollectingLog()
  const ids = createIds({ now: () => clock.now(), fill: (target) => random.fill(target) })
  const vault = createVault([{ id: 'test', key: new Uint8Array(32) }], random)
  const { store, remove } = await openStore(engine, { clock, log })
  const session = { id: ids.make('ses') as SessionId, mayAct: () => true }
  await store.openSession(session.id)
  const wakeUps = createWakeUps<Topics>()
  const committer = createCommitter({ store, session, wakeUps, clock, ...batchesOf(store) })
  const config = new ConfigCache({ store, clock, log })
  const application = ids.make('app')
  const at = clock.now()
  const times = { created_at: at, updated_at: at, deleted_at: null }
  const row = {
    id: application,
    uid: 'shop',
    name: 'Shop',
    metadata: '{}',
    plan: 'unlimited',
    settings: '{}',
    throttle_rate: null,
    ...times,
  }
  const operator = { ...row, ...operationalApplication }
  const insertRows = tablesOf(store).insertInto('application').values([row, operator]).compile()
  await store.mutate({ statements: [{ query: insertRows }], application: null, audit: [] })

  const raise = async (
    queries: { compile(): Parameters<Store['mutate']>[0]['statements'][number]['query'] }[],
    lanes: Parameters<Store['mutate']>[0]['lanes'] = [],
  ) => {
    const { version } = await tablesOf(store)
      .selectFrom('application')
      .select('version')
      .where('id', '=', application)
      .executeTakeFirstOrThrow()
    const statements = queries.map((query) => ({ query: query.compile() }))
    const result = await store.mutate({ statements, application: { id: application, version }, lanes, audit: [] })
    if (result.kind !== 'done') throw new Error(result.kind)
  }

  const replies = new Map<RunId, Reply>()
  const tasks: Task[] = []
  let news = Promise.withResolvers<void>()
  const changed = () => {
    news.resolve()
    news = Promise.withResolvers<void>()
  }
  wakeUps.listen('run.replied', ({ run, reply }) => {
    replies.set(run, reply)
    changed()
  })
  wakeUps.listen('delivery.work', (work) => {
    tasks.push(...work.tasks)
    changed()
  })
  /** Looks again at each wake-up, and now and then for what wakes nobody. */
  const until = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      await Promise.race([news.promise, sleep(clock, 10)])
    }
  }

  const transforms = createTransformPool({ clock })
  const operational = createOperationalMessages({ config, ids, clock, log })
  const segmentPool = createSegmentPool({ clock })
  const flows = createFlows(
    change({ store, session, committer, config, operational, wakeUps, vault, clock, ids, log, transforms, segmentPool }),
  )
  if (start) flows.start()

  const commit = async (operation: Partial<AcceptOperation>) => {
    const { version } = await tablesOf(store)
      .selectFrom('application')
      .select('version')
      .where('id', '=', application)
      .executeTakeFirstOrThrow()
    const whole = { application: { id: application, version }, dedups: [], request: null, runs: [], messages: [], ...operation }
    const result = await committer.accept(whole)
    if (result.kind !== 'accepted') throw new Error(result.kind)
  }
  const newRun = (flow: FlowId, part: { request_id: string | null; input: string | null; trigger: string; answer_by: number | null }) => ({
    id: ids.make('run'),
    application_id: application,
    flow_id: flow,
    version: 1,
    key: 'key-1',
    created_at: clock.now(),
    meta: '{}',
    ...part,
  })

  const operationOf = (
    flow: FlowId,
    part: Partial<NewRequest>,
    { answerBy, dedup }: { answerBy: number | null; dedup: string | undefined },
  ) => {
    const body = Buffer.from('{"id":"o1","total":1200,"lines":[{"amount":3},{"amount":4}]}')
    const request: NewRequest = {
      id: ids.make('req'),
      application_id: application,
      listener_id: null,
      status: 'accepted',
      reason: null,
      detail: null,
      method: 'POST',
      path: '/in/shop/orders',
      query: 'page=2',
      headers: '[["Content-Type","application/json"],["X-Id","7"]]',
      ip: '127.0.0.1',
      content_type: 'application/json',
      event_type: null,
      dedup_key: dedup ?? null,
      run_ids: '[]',
      reply_status: null,
      took_ms: null,
      received_at: clock.now(),
      body_bytes: body.length,
      body,
      form: null,
      verified: null,
      origin: null,
      ...part,
    }
    const run = newRun(flow, { request_id: request.id, input: null, trigger: 'webhook', answer_by: answerBy })
    const dedups = dedup === undefined ? [] : [{ scope: request.listener_id ?? '', key: dedup, ref: request.id, keepMs: 60_000 }]
    return { request: { ...request, run_ids: JSON.stringify([run.id]) }, runs: [run] as const, dedups }
  }

  return {
    application,
    store,
    committer,
    vault,
    flows,
    session,
    log,
    tasks,
    async addFlow(steps, { rescue = [], trigger = { kind: 'webhook', listener: 'orders' } } = {}) {
      const id = ids.make('flow')
      const definition = JSON.stringify({ name: 'Flow', trigger, steps, rescue })
      const flow = {
        id,
        application_id: application,
        uid: null,
        name: 'Flow',
        enabled: 1,
        draft: definition,
        published_version: 1,
        ...times,
      }
      const version = { flow_id: id, version: 1, definition, created_at: at, created_by: 'system' }
      await raise([tablesOf(store).insertInto('flow').values(flow), tablesOf(store).insertInto('flow_version').values(version)])
      return id
    },
    async addListener(settings = {}, suffix = '/orders') {
      const id = ids.make('lst')
      const about = { id, application_id: application, uid: 'orders', name: 'Orders', system: 'custom', suffix, methods: '["POST"]' }
      const listener = {
        ...about,
        auth: vault.seal('{"kind":"none"}', belonging.listenerAuth(id)),
        config: JSON.stringify(settings),
        enabled: 1,
        ...times,
      }
      await raise([tablesOf(store).insertInto('listener').values(listener)])
      return id
    },
    async addEndpoint(eventTypes, state = 'active', filter) {
      const id = ids.make('ep')
      const about = { id, application_id: application, url: 'https://a.example/', state }
      const wants = { event_types: eventTypes && JSON.stringify(eventTypes), filter: filter === undefined ? null : JSON.stringify(filter) }
      const endpoint = { ...endpointDefaults, ...about, ...wants, ...times }
      const query = tablesOf(store).insertInto('endpoint').values(endpoint)
      await raise([query], [{ kind: 'create', lane: id, application, state: state === 'active' ? 0 : 2 }])
      return id
    },
    async addSecret(name, value) {
      const sealed = vault.seal(value, belonging.secret(application, name))
      const secret = { application_id: application, name, sealed, last4: value.slice(-4), created_at: at, updated_at: at }
      await raise([tablesOf(store).insertInto('secret').values(secret)])
    },
    async accept(flow, part = {}, { answerBy = clock.now() + ANSWER_MS, dedup } = {}) {
      const operation = operationOf(flow, part, { answerBy, dedup })
      await commit(operation)
      return { run: operation.runs[0].id, request: operation.request }
    },
    async acceptAtOnce(flow, part = {}, { dedup } = {}) {
      const operation = operationOf(flow, part, { answerBy: clock.now() + ANSWER_MS, dedup })
      const [run] = operation.runs
      await config.application(operationalApplication.id)
      const snapshot = (await config.application(application))!
      const ran = flows.runAtOnce({ run, request: operation.request, snapshot })
      await commit(ran === undefined ? operation : { ...operation, runs: [{ ...run, ended: ran.ended }] })
      return { run: run.id, request: operation.request, ran }
    },
    async startJob(flow, input) {
      const run = newRun(flow, { request_id: null, input: JSON.stringify(input), trigger: 'job', answer_by: null })
      await commit({ runs: [run] })
      return { run: run.id, request: null }
    },
    reply: (run) => until(() => replies.get(run)),
    run: (id, when = (row) => row.finished_at !== null) =>
      until(async () => {
        const found = await tablesOf(store).selectFrom('run').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
        return when(found) ? found : undefined
      }),
    async delivery(run) {
      const found = await until(() =>
        tablesOf(store)
          .selectFrom('delivery')
          .selectAll()
          .where('run_id', '=', run)
          .where('step_id', 'is not', null)
          .where('finished_at', 'is', null)
          .executeTakeFirst(),
      )
      const task = await until(() => tasks.find((one) => one.delivery === found.id))
      const opened = vault.openText(found.request ?? '', belonging.stepRequest(found.id))
      if (!opened.ok) throw new Error(opened.code)
      return {
        task,
        request: JSON.parse(opened.plain) as Record<string, unknown>,
        get body() {
          return JSON.parse(Buffer.from(found.body ?? []).toString()) as Record<string, unknown>
        },
      }
    },
    async settle(task, outcome) {
      const status = outcome.ok ? 'delivered' : 'failed'
      const next = { kind: 'end', status, failure: outcome.code } as const
      const { settled } = await committer.settle({ task, attempt: null, next, wake: JSON.stringify(outcome) }, null)
      if (!settled) throw new Error('not settled')
    },
    async [Symbol.asyncDispose]() {
      const aborted = new AbortController()
      aborted.abort()
      await flows.stop(aborted.signal)
      await Promise.all([transforms.stop(), segmentPool.stop()])
      await committer.close()
      config.stop()
      await store.close()
      await remove()
    },
  }
}

async function openStore(
  engine: 'sqlite' | 'postgres',
  parts: Pick<FlowsOptions, 'clock' | 'log'>,
): Promise<{ readonly store: Store; remove(): void | Promise<void> }> {
  if (engine === 'postgres') {
    const database = await freshDatabase()
    return { store: await openPostgres({ url: database.url, ...parts }), remove: () => database.drop() }
  }
  const folder = await storeFolder('flows')
  return { store: await openSqlite({ folder, ...parts }), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
