import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startServer, type ServerOverrides } from '@posthorn/server'
import { startAccessWorld, type AccessWorld, type Ids } from '../support/access-world.ts'
import { everyOperation, type OperationCall } from '../support/every-operation.ts'
import { startPostgres, type Cluster } from '../support/postgres.ts'
import type { TestAnswer, TestApiParts } from '../support/test-api.ts'

/** The disk, or the database server, is no defect of ours: whoever calls hears which it is, and when to come again. */

/** Ready again by itself so soon after the cause is gone. */
const RECOVERED = { timeout: 10_000, interval: 250 }
const STORE_CODE = /^store_(full|read_only|unavailable)$/
/** They change nothing of what is there, or tell each member's fault in their body. */
const WRITES_NOTHING = [
  'v1.install.get',
  'v1.endpoint.get-secret',
  'v1.filter.test',
  'v1.transformation.test',
  'v1.flow.test',
  'v1.mapping.test',
  'v1.message.create-batch',
  // Nothing is waited for.
  'v1.listener.cancel-capture',
  'v1.request.replay',
  // Its run has ended.
  'v1.run.cancel-many',
  // Nobody of this name is there to be let in.
  'v1.session.redeem-link',
  'v1.session.complete-sign-in',
  'v1.portal.redeem-link',
  // The request of this world was taken already, by no flow; and its entry is a file, which nobody replaces.
  'v1.request.replay-all',
  'v1.request.accept',
  'v1.entry.update',
]

function expectTold(answer: Pick<TestAnswer, 'status' | 'headers' | 'body'>, code: RegExp | string, call?: string): void {
  const said = `${call}: ${answer.status} ${JSON.stringify(answer.body)}`
  expect(answer.status, said).toBe(503)
  expect(String(answer.body['code']), said).toMatch(code)
  expect(Number(answer.headers.get('retry-after')), said).toBeGreaterThan(0)
}

interface Walked {
  readonly world: AccessWorld
  readonly ids: Ids
}

/** A world with one of everything, also of what belongs to no application. */
async function startWalked(engine: 'sqlite' | 'postgres', parts: TestApiParts): Promise<Walked> {
  const world = await startAccessWorld(engine, parts)
  await world.api.call('POST /plan', { body: { name: 'own-plan' } })
  const { body } = await world.api.call('POST /key', { body: { name: 'x' } })
  return { world, ids: { ...world.own, plan_name: 'own-plan', key_id: String(body['id']), event_type_name: 'order.paid' } }
}

/** All operations of the API at once; none of them may call the trouble a defect. */
async function walk({ world, ids }: Walked): Promise<(readonly [OperationCall, TestAnswer])[]> {
  const calls = everyOperation(ids)
  return Promise.all(calls.map(async (call) => [call, await world.api.call(call.methodAndPath, { body: call.body })] as const))
}

function expectReadsOnly(answers: readonly (readonly [OperationCall, TestAnswer])[]): void {
  const wrong = answers.filter(([call, answer]) => {
    const isRefused = (call.writes && !WRITES_NOTHING.includes(call.id)) || call.id === 'v1.health.ready'
    const isTold = answer.status === 503 && answer.body['code'] === ('store_read_only' as unknown) && answer.headers.has('retry-after')
    return isRefused ? !isTold : answer.status >= 500
  })
  expect(wrong.map(([call, answer]) => `${call.id}: ${answer.status} ${answer.text}`)).toEqual([])
}

interface BothPlanes {
  message(bytes: number): Promise<TestAnswer>
  request(bytes: number): Promise<TestAnswer>
  get(path: string): Promise<TestAnswer>
  stop(): Promise<void>
}

async function startBothPlanes(environment: Record<string, string>, overrides: ServerOverrides = {}): Promise<BothPlanes> {
  const sources = {
    environment: { POSTHORN_PORT: '0', POSTHORN_LOG_LEVEL: 'error', ...environment },
    flags: {},
    file: undefined,
    dev: true,
  }
  const server = await startServer(sources, overrides)
  const fetched = async (path: string, init?: RequestInit): Promise<TestAnswer> => {
    const headers = { authorization: `Bearer ${server.firstKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${server.url}${path}`, { headers, ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) }
  }
  const post = (path: string, body: object) => fetched(path, { method: 'POST', body: JSON.stringify(body) })
  const listener = await post('/api/v1/app/default/listener', { uid: 'everything', name: 'x', suffix: '/x', auth: { kind: 'none' } })
  expect(listener.status).toBe(201)
  const filling = (bytes: number) => 'x'.repeat(bytes)
  return {
    message: (bytes) => post('/api/v1/app/default/msg', { eventType: 'order.paid', payload: { filling: filling(bytes) } }),
    request: (bytes) => post('/in/default/x', { filling: filling(bytes) }),
    get: fetched,
    stop: () => server.stop(),
  }
}

/** A folder for one test. */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-trouble-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Nothing of this size fits any more, whichever plane it comes by; reads go on, and there is no readiness between two that fail. */
async function expectFull(planes: BothPlanes): Promise<void> {
  for (const send of [planes.message, planes.request]) {
    await vi.waitFor(async () => expectTold(await send(200_000), 'store_full'), { timeout: 60_000, interval: 0 })
    for (let i = 0; i < 3; i++) expectTold(await planes.get('/readyz'), 'store_full')
  }
  expect((await planes.get('/api/v1/app')).status).toBe(200)
  expect((await planes.get('/healthz')).status).toBe(200)
}

async function expectRecovered(planes: BothPlanes): Promise<void> {
  await vi.waitFor(async () => expect((await planes.get('/readyz')).status).toBe(200), RECOVERED)
  expect((await planes.message(200_000)).status).toBe(202)
  expect((await planes.request(200_000)).status).toBe(202)
}

describe('an embedded store', () => {
  test('that is read only: every call that changes something is asked to come again, and what reads goes on', async () => {
    let db: Database | undefined
    const walked = await startWalked('sqlite', { sqliteOpened: (opened) => (db = opened) })
    const { world } = walked
    onTestFinished(() => world.stop())
    db!.pragma('query_only = on')
    expectReadsOnly(await walk(walked))
    db!.pragma('query_only = off')
    await vi.waitFor(async () => expect((await world.api.call('GET //readyz')).status).toBe(200), RECOVERED)
  })

  test('F4: that may not grow is reported as full on both planes, is not ready though little things fit, and recovers by itself', async () => {
    let db: Database | undefined
    const planes = await startBothPlanes({ POSTHORN_DATA: freshFolder() }, { sqliteOpened: (opened) => (db = opened) })
    onTestFinished(() => planes.stop())
    const pages = db!.pragma('page_count', { simple: true }) as number
    db!.pragma(`max_page_count = ${pages + 20}`)
    await expectFull(planes)
    db!.pragma('max_page_count = 1000000')
    await expectRecovered(planes)
  })

  test('F4: on a disk without room the same, and all that was acknowledged is there', async ({ skip }) => {
    const folder = freshFolder()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder])
    skip(mounted.status !== 0, 'A disk of one size takes the right to mount one: run this as root on Linux.')
    onTestFinished(() => void spawnSync('umount', ['-l', folder]))
    const planes = await startBothPlanes({ POSTHORN_DATA: folder })
    onTestFinished(() => planes.stop())
    let kept = 0
    for (let said = 0; said < 5;) {
      const answer = await planes.request(200_000)
      if (answer.status === 202) kept++
      else {
        expectTold(answer, 'store_full')
        said++
      }
    }
    await expectFull(planes)
    expect(kept).toBeGreaterThan(5)
    spawnSync('mount', ['-o', 'remount,size=200m', folder])
    await expectRecovered(planes)
    const listed = await planes.get('/api/v1/app/default/listener/everything/request?limit=250')
    expect((listed.body['data'] as unknown as unknown[]).length).toBeGreaterThanOrEqual(kept + 1)
  })
})

describe('a PostgreSQL server', { timeout: 600_000 }, () => {
  let cluster: Cluster
  let walked: Walked
  let planes: BothPlanes
  let folder: string
  beforeAll(async () => {
    cluster = await startPostgres()
    const url = await databaseOf(cluster, 'planes')
    folder = mkdtempSync(join(tmpdir(), 'posthorn-trouble-'))
    planes = await startBothPlanes({ POSTHORN_DATA: folder, POSTHORN_DATABASE_URL: url })
    walked = await startWalked('postgres', { databaseUrl: await databaseOf(cluster, 'world') })
  })
  afterAll(async () => {
    await planes.stop()
    await walked.world.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const expectAway = async (): Promise<void> => {
    // What was looked up of a key is believed for a second.
    await vi.waitFor(async () => expectTold(await walked.world.api.call('GET /app'), 'store_unavailable'), {
      timeout: 40_000,
      interval: 500,
    })
    for (const [call, answer] of await walk(walked)) {
      // Some of what lets people in is refused before the store is asked.
      const letsIn = /^v1\.(session|portal)\./.test(call.id)
      if (letsIn && answer.status < 500) continue
      if (!call.isPublic || letsIn || call.id === 'v1.health.ready') expectTold(answer, STORE_CODE, call.id)
      else expect(answer.status, call.id).toBeLessThan(300)
    }
    for (const answer of await Promise.all([planes.message(10), planes.request(10), planes.get('/readyz')])) expectTold(answer, STORE_CODE)
  }

  const expectBack = async (): Promise<void> => {
    await vi.waitFor(async () => {
      expect((await planes.get('/readyz')).status).toBe(200)
      expect((await walked.world.api.call('GET //readyz')).status).toBe(200)
    }, RECOVERED)
    await vi.waitFor(async () => expect((await planes.message(10)).status).toBe(202), RECOVERED)
    expect((await planes.request(10)).status).toBe(202)
  }

  test('that is down: every operation of both planes is asked to come again, and goes on when it is back', async () => {
    await cluster.killHard()
    await expectAway()
    await cluster.restart()
    await expectBack()
  })

  test('that restarts again and again: nobody hears of a defect', async () => {
    const answers: TestAnswer[] = []
    let over = false
    const callers = [planes.message, planes.request, () => planes.get('/api/v1/app'), () => planes.get('/readyz')].map(async (call) => {
      while (!over) answers.push(await call(10))
    })
    const answered = () => answers.filter(({ status }) => status < 300).length
    for (let i = 0; i < 3; i++) {
      const before = answered()
      await cluster.restart()
      await expect.poll(answered).toBeGreaterThan(before)
    }
    over = true
    await Promise.all(callers)
    for (const answer of answers) if (answer.status >= 300) expectTold(answer, STORE_CODE)
    await expectBack()
  })

  test('that stands still: both planes hear of it in the end, and go on when it does', async () => {
    cluster.freeze()
    try {
      await expectAway()
    } finally {
      cluster.thaw()
    }
    await expectBack()
  })

  test('that is read only: what changes something hears so, and what reads goes on', async () => {
    await setReadOnly(cluster, 'on')
    try {
      expectReadsOnly(await walk(walked))
      for (const answer of await Promise.all([planes.message(10), planes.request(10), planes.get('/readyz')])) {
        expectTold(answer, 'store_read_only')
      }
    } finally {
      await setReadOnly(cluster, 'off')
    }
    await expectBack()
  })

  test('whose disk is full is reported on both planes, is not ready, and recovers by itself', async () => {
    const refuse = `create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;`
    const on = (table: string) => `create trigger full_disk before insert on ${table} for each row execute function full_disk();`
    const roomy = `create trigger full_disk before insert or update on health for each row when (new.room is not null) execute function full_disk();`
    await execute(cluster, 'planes', `${refuse} ${on('message')} ${on('request')} ${roomy}`)
    await expectFull(planes)
    await execute(cluster, 'planes', 'drop function full_disk() cascade')
    await expectRecovered(planes)
  })
})

async function databaseOf(cluster: Cluster, name: string): Promise<string> {
  await execute(cluster, 'postgres', `create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`)
  return urlOf(cluster, name)
}

function urlOf(cluster: Cluster, name: string): string {
  const url = new URL(cluster.url)
  url.pathname = `/${name}`
  return url.href
}

async function setReadOnly(cluster: Cluster, value: 'on' | 'off'): Promise<void> {
  await execute(cluster, 'postgres', `alter system set default_transaction_read_only = ${value}`)
  await execute(cluster, 'postgres', 'select pg_reload_conf()')
}

async function execute(cluster: Cluster, database: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(cluster, database) })
  await client.connect()
  try {
    await client.query('set default_transaction_read_only = off')
    await client.query(sql)
  } finally {
    await client.end()
  }
}
