import type { ApplicationId, EndpointId } from '#domain'
import {
  endpointDefaults,
  type StoredApplication,
  type StoredAttempt,
  type StoredAudit,
  type StoredDelivery,
  type StoredEndpoint,
  type StoredEntry,
  type LaneState,
  type StoredLane,
  type StoredMessage,
  type StoredReplay,
  type StoredRequest,
  type StoredRun,
  type StoredTask,
  type Store,
} from '#store'
import { tablesOf } from '#store/testing'

/** A fresh store under test. Every test opens its own. */
export interface Subject {
  readonly store: Store
  readonly world: World
  /** The store's clock. */
  now(): Promise<number>
  /** Moves the store's clock forward. */
  advance(ms: number): Promise<void>
  /** Closes the store and removes what it kept. */
  close(): Promise<void>
}

/** Sets the scene and looks behind it: through management where the engine has it, else into the model. */
export interface World {
  addApplication(id: ApplicationId): Promise<void>
  addEndpoint(id: EndpointId, application: ApplicationId): Promise<void>
  setLane(lane: string, application: ApplicationId, change: { readonly state: LaneState; readonly resetFailures?: boolean }): Promise<void>
  setOrder(lane: string, application: ApplicationId, ordered: boolean): Promise<void>
  /** Gives the application a plan with so many deliveries an hour; null for no limit. */
  setHourlyLimit(application: ApplicationId, perHour: number | null): Promise<void>
  application(id: string): Promise<Pick<StoredApplication, 'id'> & { version: number }>
  endpoint(id: string): Promise<Pick<StoredEndpoint, 'id' | 'state'>>
  /** Without what an engine may keep elsewhere: owner, epoch, next due. */
  lane(lane: string): Promise<KeptLane | undefined>
  request(id: string): Promise<StoredRequest | undefined>
  run(id: string): Promise<StoredRun | undefined>
  message(id: string): Promise<StoredMessage | undefined>
  delivery(id: string): Promise<StoredDelivery | undefined>
  addReplay(row: StoredReplay): Promise<void>
  replay(id: string): Promise<StoredReplay | undefined>
  attempts(delivery: string): Promise<StoredAttempt[]>
  tasks(delivery: string): Promise<StoredTask[]>
  entry(id: string): Promise<StoredEntry | undefined>
  removeEntry(id: string): Promise<void>
  audit(): Promise<StoredAudit[]>
}

export type KeptLane = Omit<StoredLane, 'owner' | 'epoch' | 'next_due'>

/** The world of an engine: everything through `mutate` and `db`. */
export function worldOver(store: Store): World {
  const db = tablesOf(store)
  const { mutate } = store
  const version = async (id: ApplicationId) => ({
    id,
    version: (await db.selectFrom('application').select('version').where('id', '=', id).executeTakeFirstOrThrow()).version,
  })
  const done = async (mutation: Parameters<Store['mutate']>[0]) => {
    const { kind } = await mutate(mutation)
    if (kind !== 'done') throw new Error(`setting the scene: ${kind}`)
  }
  const one = <Table extends 'entry' | 'request' | 'run' | 'message' | 'delivery' | 'replay'>(table: Table) =>
    async function byId(id: string) {
      const rows = await db
        .selectFrom(table as 'run')
        .selectAll()
        .where('id', '=', id)
        .execute()
      return rows[0] as never
    }
  return {
    addApplication: (id) =>
      done({
        statements: [{ query: db.insertInto('application').values(applicationRow(id)).compile(), rows: 1 }],
        application: null,
        audit: [],
      }),
    addEndpoint: async (id, application) =>
      done({
        statements: [{ query: db.insertInto('endpoint').values(endpointRow(id, application)).compile(), rows: 1 }],
        application: await version(application),
        lanes: [{ kind: 'create', lane: id, application, state: 0 }],
        audit: [],
      }),
    setLane: async (lane, application, { state, resetFailures = false }) =>
      done({ statements: [], application: await version(application), lanes: [{ kind: 'state', lane, state, resetFailures }], audit: [] }),
    setOrder: async (lane, application, ordered) =>
      done({ statements: [], application: await version(application), lanes: [{ kind: 'order', lane, ordered }], audit: [] }),
    async setHourlyLimit(application, perHour) {
      const name = perHour === null ? 'unlimited' : `hourly-${perHour}`
      const plan = db
        .insertInto('plan')
        .values(planRow(name, perHour))
        .onConflict((on) => on.doNothing())
      await done({
        statements: [
          { query: plan.compile() },
          { query: db.updateTable('application').set({ plan: name }).where('id', '=', application).compile() },
        ],
        application: null,
        limits: { application },
        audit: [],
      })
    },
    application: (id) => db.selectFrom('application').select(['id', 'version']).where('id', '=', id).executeTakeFirstOrThrow(),
    endpoint: (id) => db.selectFrom('endpoint').select(['id', 'state']).where('id', '=', id).executeTakeFirstOrThrow(),
    lane: (lane) =>
      db
        .selectFrom('lane')
        .select([
          'lane',
          'application_id',
          'state',
          'circuit_until',
          'blocked_until',
          'blocked_for',
          'throttled_until',
          'ordered',
          'failures',
          'skipped',
          'takeovers',
        ])
        .where('lane', '=', lane)
        .executeTakeFirst(),
    request: one('request'),
    run: one('run'),
    message: one('message'),
    delivery: one('delivery'),
    addReplay: (row) =>
      done({ statements: [{ query: db.insertInto('replay').values(row).compile(), rows: 1 }], application: null, audit: [] }),
    replay: one('replay'),
    entry: one('entry'),
    removeEntry: (id) => done({ statements: [store.statements.entries.remove(id, 1)], application: null, audit: [] }),
    attempts: (delivery) => db.selectFrom('attempt').selectAll().where('delivery_id', '=', delivery).orderBy('id').execute(),
    tasks: (delivery) => db.selectFrom('task').selectAll().where('delivery', '=', delivery).orderBy('due').orderBy('manual').execute(),
    audit: () => db.selectFrom('audit').selectAll().orderBy('id').execute(),
  }
}

export function applicationRow(id: ApplicationId) {
  const empty = { uid: null, throttle_rate: null, deleted_at: null }
  return { ...empty, id, name: 'A', metadata: '{}', plan: 'unlimited', settings: '{}', created_at: 1, updated_at: 1 }
}

function planRow(name: string, perHour: number | null) {
  return {
    ...{ name, built_in: 0, endpoints_max: null, deliveries_per_hour: perHour, retries_max: null, timeout_ms_max: null },
    ...{ default_signing: 'standard', default_retry_policy: '"standard"', created_at: 1, updated_at: 1 },
  }
}

export function endpointRow(id: EndpointId, application: ApplicationId): StoredEndpoint {
  return { ...endpointDefaults, id, application_id: application, url: 'https://example.com/', created_at: 1, updated_at: 1 }
}
