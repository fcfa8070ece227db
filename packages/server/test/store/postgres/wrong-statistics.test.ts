import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunId } from '#domain'
import { systemClock } from '#platform'
import { silentLog } from '#platform/testing'
import type { LaneId, Store, Task } from '#store'
import { tablesOf } from '#store/testing'
import { openPostgres } from '#store/postgres'
import { freshDatabase, type FreshDatabase } from '../../../../../test/support/postgres.ts'
import { auditEntry, createScene, delivered, laneUpdate, retry, type Scene } from '../conformance/scene.ts'
import { worldOver } from '../conformance/subject.ts'

// The server counts a table's rows now and then, also while a queue is empty or a log is young, and plans by that until it counts again.
// Here every statement is planned while the server believes so; then a wave of rows comes, and the same plans are used. What a statement
// reads beyond the rows that it is about shows in the server's own counters.

/** Rows of each kind that are there when statements are planned. */
const YOUNG = 400
/** Rows of each kind of which the server knows nothing. */
const WAVE = 40_000
/** Pages of one table and its indexes. An operation is about ten rows at most; the smallest index has two hundred pages. */
const PAGES_MAX = 120
/** The session whose lanes, tasks and runs these are, and one that is dead. */
const OWNER = 'ses_owner'
const DEAD = 'ses_dead'
const APP = 'app_wave'
/** What comes and goes, and is counted when all of it has gone. */
const queues = ['task', 'dedup', 'quota', 'lane']

let database: FreshDatabase
let watcher: pg.Client
let store: Store
let scene: Scene

beforeAll(async () => {
  database = await freshDatabase()
  // One connection for each kind of statement, so that it keeps its plans.
  store = await openPostgres({ url: database.url, clock: systemClock, log: silentLog, connectionsMax: 1, readConnectionsMax: 1 })
  watcher = new pg.Client({ connectionString: database.url })
  await watcher.connect()
  await asWriter(async (writer) => {
    const { rows } = await writer.query<{ name: string }>('select relname as name from pg_stat_user_tables')
    for (const { name } of rows) await writer.query(`alter table ${name} set (autovacuum_enabled = false)`)
    await fill(writer, { from: 1, to: YOUNG })
    // One row of the last page stays, so that the pages do, and with them the belief that they are empty.
    for (const queue of queues) await writer.query(`delete from ${queue} where ctid <> (select max(ctid) from ${queue})`)
    for (const { name } of rows) await writer.query(`vacuum (analyze, truncate false) ${name}`)
    for (const table of [...queues, 'session', 'delivery', 'message', 'request', 'run', 'attempt'])
      await writer.query(`delete from ${table}`)
    await writer.query(`insert into session (id, alive, beat) values ('${OWNER}', 1, 1), ('${DEAD}', 0, 1)`)
    await writer.query(
      `insert into lane (lane, application_id, state, next_due, owner) values ('ep_hot', '${APP}', 0, 9007199254740991, '${OWNER}')`,
    )
    await fill(writer, { from: 1, to: YOUNG })
  })
  scene = await createScene({ store, world: worldOver(store), now: async () => Date.now(), advance: async () => {}, close: async () => {} })
  for (const [i, { work }] of operations.entries()) await work(1 + i * 10)
  await asWriter((writer) => fill(writer, { from: YOUNG + 1, to: WAVE }))
})
afterAll(async () => {
  await store?.close()
  await watcher.end()
  await database.drop()
})

async function asWriter(work: (writer: pg.Client) => Promise<void>): Promise<void> {
  const writer = new pg.Client({ connectionString: database.url })
  await writer.connect()
  await work(writer)
  await writer.end()
}

/** Lanes of the owner, free ones, one hot one with many tasks; deliveries, messages, requests, runs, attempts and keys. */
async function fill(writer: pg.Client, { from, to }: { from: number; to: number }): Promise<void> {
  const wave = `(select n, lpad(n::text, 6, '0') i from generate_series(${from}, ${to}) n) x`
  const delivery = (kind: string, lane: string, run: string) => `
    insert into delivery (id, application_id, lane, endpoint_id, message_id, run_id, event_type, status, attempts, retries, retry_in_seen, next_at, created_at)
      select 'dlv_${kind}_' || i, '${APP}', ${lane}, ${lane}, 'msg_' || i, ${run}, 'a.b', 'waiting', 0, 0, 0, n, 1 from ${wave};
    insert into task (lane, due, delivery, manual) select ${lane}, n, 'dlv_${kind}_' || i, 0 from ${wave};`
  const lane = (name: string, owner: string, due: string) =>
    `insert into lane (lane, application_id, state, next_due, owner) select ${name}, '${APP}', 0, ${due}, ${owner} from ${wave};`
  const run = (kind: string, status: string, columns: string, values: string) => `
    insert into run (id, application_id, flow_id, version, "trigger", key, status, rev, created_at, steps, faults, meta, ${columns})
      select 'run_${kind}_' || i, '${APP}', 'flow_1', 1, 'webhook', 'k', '${status}', 0, 1, '[]', '[]', '{}', ${values} from ${wave};`
  await writer.query(`
    ${lane("'ep_own_' || i", `'${OWNER}'`, '9007199254740991')}
    ${lane("'ep_free_' || i", 'null', '1')}
    ${lane("'ep_dead_' || i", `'${DEAD}'`, '9007199254740991')}
    ${delivery('own', "'ep_own_' || i", "'run_parked_' || i")}
    ${delivery('free', "'ep_free_' || i", 'null')}
    ${delivery('hot', "'ep_hot'", 'null')}
    ${run('held', 'running', 'holder, request_id', `'${OWNER}', 'req_' || i`)}
    ${run('parked', 'waiting', 'parked_on', "'dlv_own_' || i")}
    ${run('orphan', 'queued', 'holder', `'${DEAD}'`)}
    ${run('done', 'ok', 'finished_at, reply', "1, '{}'")}
    insert into task (lane, due, delivery, manual) select 'ep_hot', n, 'dlv_hot_' || i, 1 from ${wave} where n % 10 = 9;
    insert into message (id, application_id, event_type, created_at, payload_until, payload)
      select 'msg_' || i, '${APP}', 'a.b', 1, case when n % 20000 in (394, 395) then 1 end, '' from ${wave};
    insert into request (id, application_id, status, method, path, query, headers, ip, run_ids, received_at, body_bytes)
      select 'req_' || i, '${APP}', 'accepted', 'POST', '/', '', '[]', '', '[]', 1, 0 from ${wave};
    insert into attempt (id, application_id, delivery_id, event_type, n, manual, ok, started_at, duration_ms, url, phases, request_headers, response_truncated)
      select 'atmpt_' || i, '${APP}', 'dlv_hot_' || i, 'a.b', 1, 0, 0, 1, 1, '', '{}', '{}', 0 from ${wave};
    insert into dedup (scope, key, ref, expires_at) select 's', 'key_' || i, 'req_' || i, case when n % 20000 in (394, 395) then 1 else 9007199254740991 end from ${wave};
    insert into quota (application_id, minute, n) select '${APP}', n, 1 from ${wave}`)
}

/** Pages of each table and of its indexes that statements of the store asked for so far. */
async function pagesSoFar(): Promise<Map<string, number>> {
  await store.mutate({
    statements: [{ query: sql`select pg_stat_force_next_flush()`.compile(tablesOf(store)) }],
    application: null,
    audit: [],
  })
  await sql`select pg_stat_force_next_flush()`.execute(tablesOf(store))
  const { rows } = await watcher.query<{ name: string; pages: string }>(`
    select relname as name, coalesce(heap_blks_hit + heap_blks_read, 0) + coalesce(idx_blks_hit + idx_blks_read, 0) as pages from pg_statio_user_tables`)
  return new Map(rows.map(({ name, pages }) => [name, Number(pages)]))
}

const six = (n: number) => String(n).padStart(6, '0')
const task = (kind: 'own' | 'free' | 'hot', i: number): Task => ({
  ...{ lane: kind === 'hot' ? 'ep_hot' : `ep_${kind}_${six(i)}`, due: i, delivery: `dlv_${kind}_${six(i)}`, manual: false },
})
const lanesFrom = (i: number): LaneId[] => [`ep_own_${six(i)}`, `ep_own_${six(i + 1)}`, `ep_own_${six(i + 2)}`]
const key = (name: string) => ({ scope: 's', key: name, ref: 'req_new' as const, keepMs: 60_000 })

interface Operation {
  readonly name: string
  /** On rows `i` to `i + 9`, which are its own. */
  readonly work: (i: number) => Promise<unknown>
}

const operations: readonly Operation[] = [
  {
    name: 'accept: keys, requests, runs and messages',
    async work(i) {
      const application = await scene.application()
      const messages = [scene.message(['ep_hot', ...lanesFrom(i), `ep_free_${six(i)}`], { skipped: [`ep_own_${six(i + 5)}`] })]
      const { results } = await store.accept(OWNER, [
        scene.operation({ application, dedups: [key(`a${i}`), key(`b${i}`)], request: scene.request(), runs: [scene.run()], messages }),
        scene.operation({ application, dedups: [key(`key_${six(i)}`)], request: scene.request() }),
        scene.operation({ application, dedups: [key(`a${i}`), key(`c${i}`)], request: scene.request() }),
      ])
      expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'duplicate', 'duplicate'])
    },
  },
  {
    name: 'commitRuns: states, deliveries, and a key that is given back',
    async work(i) {
      const application = await scene.application()
      const reopen = { scope: 's', key: `key_${six(i)}`, ref: `req_${six(i)}` as const }
      const { results } = await store.commitRuns(OWNER, [
        scene.commit(`run_held_${six(i)}`, { application, deliveries: [scene.delivery(`ep_own_${six(i)}`)], reopen }),
        scene.commit(`run_held_${six(i + 1)}`, { application, messages: [scene.message(['ep_hot'])] }),
        scene.commit(`run_held_${six(i + 2)}`, { application, status: 'ok', finishedAt: 5, state: null }),
      ])
      expect(results.map(({ kind }) => kind)).toEqual(['committed', 'committed', 'committed'])
    },
  },
  {
    name: 'settle: ends, retries, woken runs and lanes',
    async work(i) {
      const results = await store.settle(
        OWNER,
        [
          ...[i, i + 1, i + 2].map((n) => delivered(task('hot', n), scene.attempt(task('hot', n)))),
          retry(task('hot', i + 3), scene.attempt(task('hot', i + 3))),
          { ...delivered(task('own', i), scene.attempt(task('own', i))), wake: '{}' },
        ],
        [laneUpdate('ep_hot', { failures: 1 }), laneUpdate(`ep_own_${six(i)}`, { circuitInMs: 1000 })],
      )
      expect(results.map(({ settled }) => settled)).toEqual([true, true, true, true, true])
      expect(results[4]!.woken).toMatchObject({ run: `run_parked_${six(i)}` })
    },
  },
  {
    name: 'settle: a lane that was given back, and an endpoint that is stopped',
    async work(i) {
      const stop = { state: 'disabled' as const, reason: 'gone', audit: auditEntry(scene, 'endpoint.disabled') }
      const settlements = [delivered(task('free', i), null), delivered(task('own', i), null)]
      const results = await store.settle(OWNER, settlements, [laneUpdate(`ep_own_${six(i)}`, { stop })])
      expect(results.map(({ settled }) => settled)).toEqual([true, true])
    },
  },
  {
    name: 'settle: a manual attempt that delivers',
    async work(i) {
      const manual = { ...task('hot', i + 8), manual: true }
      const [result] = await store.settle(OWNER, [delivered(manual, scene.attempt(manual))], [])
      expect(result!.settled).toBe(true)
      // The scheduled one went with it.
      expect(await store.begin(OWNER, task('hot', i + 8))).toBe(false)
    },
  },
  {
    name: 'claim',
    async work() {
      const { lanes, tasks } = await store.claim(scene.session, 4, 2)
      expect(lanes).toHaveLength(4)
      expect(tasks.length).toBeGreaterThanOrEqual(4)
    },
  },
  {
    name: 'refill',
    async work(i) {
      const wanted = ['ep_hot', ...lanesFrom(i)].map((lane) => ({ lane, tasksMax: 5 }))
      expect(await store.refill(OWNER, wanted)).toHaveLength(8)
    },
  },
  { name: 'release', work: async (i) => expect(await store.release(OWNER, lanesFrom(i))).toHaveLength(3) },
  { name: 'begin', work: async (i) => expect(await store.begin(OWNER, task('hot', i))).toBe(true) },
  {
    name: 'reserve: granted, and refused',
    async work(i) {
      const application = i > YOUNG ? scene.app : scene.ids.make('app')
      if (application !== scene.app) await scene.world.addApplication(application)
      await scene.world.setHourlyLimit(application, 1)
      const wanted = lanesFrom(i).map((lane) => ({ application, lane }))
      expect((await store.reserve(OWNER, wanted)).map(({ kind }) => kind)).toEqual(['granted', 'refused', 'refused'])
    },
  },
  {
    name: 'loadDeliveries',
    work: async (i) => expect(await store.loadDeliveries([`dlv_hot_${six(i)}`, `dlv_own_${six(i)}`, `dlv_free_${six(i)}`])).toHaveLength(3),
  },
  { name: 'heldRuns', work: async (i) => expect(await store.heldRuns(OWNER, `run_held_${six(i)}`, 3)).toHaveLength(3) },
  { name: 'loadRuns', work: async (i) => expect(await store.loadRuns([`run_held_${six(i)}`, `run_held_${six(i + 1)}`])).toHaveLength(2) },
  { name: 'replies', work: async (i) => expect(await store.replies([`run_done_${six(i)}`, `run_held_${six(i)}`])).toHaveLength(1) },
  {
    name: 'answerRuns',
    async work(i) {
      const answers = [`run_done_${six(i)}`, `run_held_${six(i)}`].map((run) => ({ run: run as RunId, reply: '{}' }))
      expect(await store.answerRuns(answers)).toHaveLength(2)
    },
  },
  { name: 'cancelRuns', work: async (i) => expect(await store.cancelRuns([`run_held_${six(i)}`, `run_parked_${six(i)}`])).toHaveLength(2) },
  {
    name: 'cancelDeliveries',
    work: async (i) => expect(await store.cancelDeliveries([`dlv_own_${six(i)}`, `dlv_hot_${six(i)}`], '{}')).toHaveLength(2),
  },
  {
    name: 'resend',
    work: async (i) => expect(await store.resend([`dlv_own_${six(i)}`, `dlv_hot_${six(i)}`, `dlv_free_${six(i)}`])).toHaveLength(3),
  },
  {
    name: 'advanceReplay',
    async work(i) {
      const replay = scene.ids.make('rpl')
      const made = {
        status: 'running',
        place: '',
        until: 'z',
        failure: null,
        finished_at: null,
        updated_at: 1,
        created_at: 1,
        next_at: 0,
      } as const
      const counts = { rate: 1, rev: 0, matched: 0, queued: 0, skipped: 0 }
      await scene.world.addReplay({ ...made, ...counts, id: replay, application_id: scene.app, kind: 'deliveries', filter: '{}' })
      const endpoint_id = `ep_own_${six(i)}` as const
      const create = [
        { id: scene.ids.make('dlv'), event_type: 'a.b', created_at: 1, endpoint_id, message_id: `msg_${six(i + 1)}` as const },
      ]
      const step = {
        replay,
        rev: 0,
        place: 'x',
        resend: [`dlv_hot_${six(i)}` as const],
        create,
        started: 0,
        skipped: 0,
        waitMs: 1,
        end: null,
      }
      expect(await store.advanceReplay(step)).toEqual({ kind: 'advanced', queued: 2 })
    },
  },
  { name: 'adoptRuns', work: async () => expect(await store.adoptRuns(scene.session, 3)).toHaveLength(3) },
  { name: 'freeLanes', work: async () => expect(await store.freeLanes(DEAD, 3)).toBe(3) },
  { name: 'a lane that is to keep its order', work: (i) => scene.world.setOrder(`ep_own_${six(i)}`, scene.app, true) },
  {
    name: 'retention',
    async work() {
      const before = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null, now: 61 * 60_000 }
      // Keys and payloads that have an end; of minutes none.
      expect(await store.retain(before, 3)).toBeGreaterThanOrEqual(4)
    },
  },
  { name: 'health', work: () => store.health() },
]

it.for(operations.map((operation, i) => ({ ...operation, i })))(
  'reads what it is about and no more, whatever the server believes of the tables: $name',
  async ({ work, i }) => {
    const before = await pagesSoFar()
    await work(WAVE / 2 + 1 + i * 10)
    const after = await pagesSoFar()
    const pages = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    expect(Object.fromEntries(pages.filter(([, count]) => count > PAGES_MAX))).toEqual({})
  },
)
