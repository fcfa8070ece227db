import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts'
import { createProduct, hangUp, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'

const MINUTES_MS = 300_000
/** Of the tables of the file, those that say something of the file alone. */
const OWN = ['migration', 'health', 'session', 'manual_task']
/** What a shared store keeps differently. */
const KEPT_DIFFERENTLY = ['next_due', 'owner', 'epoch']

let product: Product
let database: FreshDatabase
let receiver: RecordingReceiver
let isDown: boolean

beforeEach(async () => {
  isDown = true
  receiver = await startRecordingReceiver(() => (isDown ? 503 : 200))
  database = await emptyDatabase()
  product = await createProduct()
})
afterEach(async () => {
  await product.remove()
  await database.drop()
  await receiver[Symbol.asyncDispose]()
})

interface Listed<T> {
  readonly data: readonly T[]
}

const moveTo = (environment: Record<string, string> = {}) => product.command(['move', '--database-url', database.url], environment)
const moveBack = (environment: Record<string, string> = {}) =>
  product.command(['move', '--back', '--database-url', database.url], environment)
const file = (name: string): string => join(product.folder, name)

/** A store in which something of everything stands still, and much is under way: a message that failed, a run that waits, a file. */
async function furnish(): Promise<void> {
  await product.api('POST', '/app', { uid: 'shop', name: 'Shop ä → 😀' })
  await product.api('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await product.api('POST', '/app/shop/endpoint', {
    ...{ uid: 'customer', url: `${receiver.url}/hook`, eventTypes: ['order.*'], secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    retryPolicy: { waitsSeconds: [5, 5, 5, 5, 5, 10, 20, 30, 60, 60], jitter: 0 },
  })
  // A lane of its own: nothing but its retry wakes the one of the first.
  await product.api('POST', '/event-type', { name: 'wait.over', description: 'A run has waited.' })
  await product.api('POST', '/app/shop/endpoint', { uid: 'second', url: `${receiver.url}/second`, eventTypes: ['wait.over'] })
  await product.api('POST', '/app/shop/msg', { eventType: 'order.paid', eventId: 'paid-1', payload: { total: 119.0, text: 'ä\u0000😀' } })
  await product.api('POST', '/app/shop/listener', { uid: 'forms', name: 'Forms', suffix: '/forms', auth: { kind: 'none' } })
  const form = new FormData()
  form.set('name', 'Ada')
  form.set('file', new Blob(['the bytes of a file']), 'notes.txt')
  const sent = await fetch(`${product.url}/in/shop/forms`, { method: 'POST', body: form, headers: hangUp })
  expect(sent.status).toBe(202)
  await product.api('POST', '/app/shop/entry', { key: 'prices', document: { apple: 1.5 } })
  await product.api('POST', '/app/shop/flow', {
    ...{ uid: 'waits', name: 'Waits', trigger: { kind: 'job' } },
    steps: [
      { id: 'pause', kind: 'delay', for: 8 },
      { id: 'tell', kind: 'emit_event', eventType: 'wait.over', payload: { after: 'the delay' } },
    ],
  })
  await product.api('POST', '/app/shop/flow/waits/publish')
  await product.api('POST', '/app/shop/run', { flow: 'waits', key: 'job-1', document: {} })
  // The first attempt has failed, and its retry waits.
  await receiver.after(0)
  await vi.waitFor(async () => {
    const { data } = await product.api<Listed<{ attempts: number }>>('GET', '/app/shop/delivery')
    expect(data).toEqual([expect.objectContaining({ attempts: expect.any(Number) })])
    expect(data[0]!.attempts).toBeGreaterThan(0)
  }, MINUTES_MS)
}

const ofPostgres = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: database.url })
  client.setTypeParser(pg.types.builtins.INT8, Number)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Every row of both, as they would be the same. */
async function tablesOfBoth(): Promise<{ moved: Record<string, unknown>; found: Record<string, unknown>; rows: number }> {
  const db = new Database(file('posthorn.db.moved'), { readonly: true })
  const names = db.prepare<[], string>("select name from sqlite_schema where type = 'table'").pluck().all()
  const moved: Record<string, unknown> = {}
  const found: Record<string, unknown> = {}
  let rows = 0
  for (const name of names.filter((one) => !OWN.includes(one))) {
    const columns = db.prepare<[string], string>('select name from pragma_table_info(?)').pluck().all(name)
    const compared = columns.filter((column) => name !== 'lane' || !KEPT_DIFFERENTLY.includes(column))
    const list = compared.map((column) => `"${column}"`).join(', ')
    const ours = db.prepare<[], object>(`select ${list} from "${name}"`).all()
    rows += ours.length
    moved[name] = sorted(ours)
    found[name] = sorted(await ofPostgres(`select ${list} from "${name}"`))
  }
  db.close()
  return { moved, found, rows }
}

const columnsOf = (db: Database.Database, name: string): string =>
  db
    .prepare<[string], string>('select name from pragma_table_info(?)')
    .pluck()
    .all(name)
    .filter((column) => name !== 'lane' || !KEPT_DIFFERENTLY.includes(column))
    .map((column) => `"${column}"`)
    .join(', ')

/** Of both engines, and the columns that both have. */
async function namesOfTables(): Promise<string[]> {
  const db = new Database(file('posthorn.db.moved'), { readonly: true })
  const names = db.prepare<[], string>("select name from sqlite_schema where type = 'table'").pluck().all()
  db.close()
  return names.filter((one) => !OWN.includes(one))
}

async function rowsOfPostgres(name: string): Promise<string[]> {
  const db = new Database(file('posthorn.db.moved'), { readonly: true })
  const columns = columnsOf(db, name)
  db.close()
  return sorted(await ofPostgres(`select ${columns} from "${name}"`))
}

const sorted = (rows: readonly object[]): string[] =>
  rows
    .map((row) => JSON.stringify(row, (_, value: unknown) => (value as string | undefined)?.replaceAll?.('\0', '\ufffd') ?? value))
    .toSorted()

test('a store moves to PostgreSQL with all that it holds, and goes on there', { timeout: MINUTES_MS }, async () => {
  await product.start()
  await furnish()
  await product.stop()

  const { code, output } = await moveTo()
  expect(output).toMatch(/The store of .*posthorn\.db is in the database now: \d+ rows, 1 files\./)
  expect(code).toBe(0)
  expect(existsSync(file('posthorn.db'))).toBe(false)
  const { moved, found, rows } = await tablesOfBoth()
  expect(rows).toBeGreaterThan(20)
  expect(found).toEqual(moved)

  isDown = false
  const before = receiver.received.length
  await product.start({ POSTHORN_DATABASE_URL: database.url })
  // The retry that waited, and what the run that waited sends: under the same secret, which the same master key opens.
  await receiver.after(before + 1)
  await vi.waitFor(async () => {
    const { data } = await product.api<Listed<{ status: string }>>('GET', '/app/shop/delivery')
    expect(data.map(({ status }) => status)).toEqual(['delivered', 'delivered'])
    const { data: runs } = await product.api<Listed<{ status: string; key: string }>>('GET', '/app/shop/run')
    expect(runs.map(({ status, key }) => [key, status])).toEqual([['job-1', 'ok']])
  }, MINUTES_MS)
  const [entry] = (await product.api<Listed<{ id: string }>>('GET', '/app/shop/entry?kind=file')).data
  const headers = { authorization: `Bearer ${product.apiKey}`, ...hangUp }
  const content = await fetch(`${product.url}/api/v1/app/shop/entry/${entry!.id}/content`, { headers })
  expect(await content.text()).toBe('the bytes of a file')
  await product.stop()

  const refused = await product.refusedStart()
  expect(refused).toMatchObject({ code: 2, output: expect.stringMatching(/was moved to PostgreSQL.*POSTHORN_DATABASE_URL/) })
})

test('a move that is killed has moved nothing before its commit, and all behind it', { timeout: MINUTES_MS }, async () => {
  await product.start()
  await furnish()
  // What it had committed stands in the log beside the file.
  await product.kill()

  expect((await moveTo({ POSTHORN_FAILPOINT: 'move.filled' })).code).toBe(null)
  expect(existsSync(file('posthorn.db'))).toBe(true)
  expect(await ofPostgres('select id from application')).toEqual([])

  // Nobody knows from then on which of the two is the store. What a server accepted here now could be lost, so none starts.
  expect((await moveTo({ POSTHORN_FAILPOINT: 'move.left' })).code).toBe(null)
  const cutShort = { code: 2, output: expect.stringMatching(/move.* was cut short.*posthorn\.db\.moving.*posthorn move/) }
  expect(await product.refusedStart()).toMatchObject(cutShort)
  expect(await product.command(['master-key', 'change'])).toMatchObject(cutShort)
  expect(await product.command(['check'])).toMatchObject(cutShort)
  expect((await moveTo({ POSTHORN_FAILPOINT: 'move.committed' })).code).toBe(null)
  expect(await product.refusedStart()).toMatchObject(cutShort)
  expect(await moveTo()).toEqual({ code: 0, output: expect.stringContaining('was in the database already') })
  const { moved, found } = await tablesOfBoth()
  expect(found).toEqual(moved)
  expect(await moveTo()).toEqual({ code: 2, output: expect.stringContaining('was moved to PostgreSQL already') })
})

test('nothing is moved from under a server, into a store that is there, or from nowhere', { timeout: MINUTES_MS }, async () => {
  expect(await moveTo()).toEqual({ code: 2, output: expect.stringMatching(/There is no database at .*POSTHORN_DATA/) })
  await product.start()
  expect(await moveTo()).toEqual({ code: 2, output: expect.stringMatching(/in use by another Posthorn process/) })
  await product.stop()
  expect(await product.command(['move'])).toEqual({ code: 2, output: expect.stringMatching(/Say where to.*--database-url/) })

  const other = await createProduct({ databaseUrl: database.url })
  try {
    await other.start()
    await other.stop()
  } finally {
    await other.remove()
  }
  const rows = await ofPostgres('select id, name from application')
  expect(await moveTo()).toEqual({ code: 2, output: expect.stringMatching(/holds a store already\. Name one that is empty/) })
  expect(await ofPostgres('select id, name from application')).toEqual(rows)
  expect(readFileSync(file('posthorn.db')).length).toBeGreaterThan(0)
})

test(
  'what only a zero character tells apart is refused in words of ours, before anything is written',
  { timeout: MINUTES_MS },
  async () => {
    await product.start()
    await product.stop()
    const db = new Database(file('posthorn.db'))
    const insert = db.prepare(`insert into dedup (scope, key, ref, expires_at) values ('lst_1', ?, 'req_1', 9007199254740991)`)
    for (const key of ['a\0', 'a\ufffd']) insert.run(key)
    db.close()
    expect(await moveTo()).toEqual({ code: 2, output: expect.stringMatching(/zero character.*dedup \(scope "lst_1", key "a\\u0000"\)/) })
    expect(existsSync(file('posthorn.db'))).toBe(true)
    const names = await ofPostgres(`select table_name from information_schema.tables where table_schema = current_schema()`)
    expect(names).toEqual([])
  },
)

test('a store that was moved to PostgreSQL moves back with all that it holds, and goes on there', { timeout: MINUTES_MS }, async () => {
  await product.start()
  await furnish()
  await product.stop()
  expect((await moveTo()).code).toBe(0)
  await product.start({ POSTHORN_DATABASE_URL: database.url })
  await product.api('POST', '/app/shop/msg', { eventType: 'order.paid', eventId: 'paid-2', payload: { total: 7 } })
  expect(await moveBack()).toEqual({ code: 2, output: expect.stringMatching(/in use by 1 Posthorn process\. Stop all of them first/) })
  // What a killed process leaves alive keeps nobody from moving.
  await product.kill()
  expect((await moveBack({ POSTHORN_FAILPOINT: 'move.filled' })).code).toBe(null)
  expect(existsSync(file('posthorn.db'))).toBe(false)

  const names = await namesOfTables()
  const before = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await rowsOfPostgres(name)] as const)))
  expect((await moveBack({ POSTHORN_FAILPOINT: 'move.committed' })).code).toBe(null)
  expect(existsSync(file('posthorn.db'))).toBe(false)
  expect(await product.refusedStart({ POSTHORN_DATABASE_URL: database.url })).toMatchObject({
    code: 2,
    output: expect.stringMatching(/was moved to SQLite.*without POSTHORN_DATABASE_URL/),
  })
  expect(await product.refusedStart()).toMatchObject({ code: 2, output: expect.stringMatching(/move.* was cut short.*moving-\d+.*--back/) })
  expect(await product.command(['master-key', 'change'], { POSTHORN_DATABASE_URL: database.url })).toEqual({
    ...{ code: 2, output: expect.stringMatching(/was moved to SQLite.*without POSTHORN_DATABASE_URL/) },
  })
  // Another folder has no copy of that move.
  const elsewhere = await moveBack({ POSTHORN_DATA: join(product.folder, 'elsewhere') })
  expect(elsewhere).toEqual({ code: 2, output: expect.stringMatching(/was moved to SQLite already/) })
  expect(await moveBack()).toEqual({ code: 0, output: expect.stringContaining('was in the folder already') })
  expect(await moveBack()).toEqual({ code: 2, output: expect.stringMatching(/There is a database at .* already/) })
  expect(await moveTo()).toEqual({
    code: 2,
    output: expect.stringMatching(/as it was when it was moved to SQLite\. Name one that is empty/),
  })
  const db = new Database(file('posthorn.db'), { readonly: true })
  const after = Object.fromEntries(
    names.map((name) => [name, sorted(db.prepare<[], object>(`select ${columnsOf(db, name)} from "${name}"`).all())]),
  )
  db.close()
  expect(after).toEqual(before)

  isDown = false
  await product.start()
  await vi.waitFor(async () => {
    const { data } = await product.api<Listed<{ status: string }>>('GET', '/app/shop/delivery')
    expect(data.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
  }, MINUTES_MS)
  const [entry] = (await product.api<Listed<{ id: string }>>('GET', '/app/shop/entry?kind=file')).data
  const headers = { authorization: `Bearer ${product.apiKey}`, ...hangUp }
  const content = await fetch(`${product.url}/api/v1/app/shop/entry/${entry!.id}/content`, { headers })
  expect(await content.text()).toBe('the bytes of a file')
  await product.stop()
})
