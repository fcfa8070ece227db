import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createVault, masterKeyFromText, systemRandom } from '../../packages/server/src/platform/index.ts'
import { sealedPlaces } from '../../packages/server/src/store/index.ts'
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts'
import { createProduct, hangUp, type Environment, type Product } from '../support/product.ts'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'

const MINUTES_MS = 300_000
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEW = 'a-new-master-key-with-enough-characters'
const OLD = 'test-master-key-that-has-enough-characters'
/** The key of the data folder, not one that is given. */
const ownKey = { POSTHORN_MASTER_KEY: undefined, POSTHORN_SECRETS_REVEAL: 'always' }
const SEALED = /v1\.([0-9a-f]{8})\.[\w-]{16}\.[\w-]+/g

let product: Product
let database: FreshDatabase | undefined
let receiver: RecordingReceiver
let isDown: boolean

const engines = ['SQLite', 'PostgreSQL'] as const

async function place(engine: (typeof engines)[number]): Promise<void> {
  database = engine === 'PostgreSQL' ? await emptyDatabase() : undefined
  product = await createProduct({ databaseUrl: database?.url })
}

beforeEach(async () => {
  isDown = true
  receiver = await startRecordingReceiver(({ path }) => {
    if (path === '/token') return { status: 200, body: JSON.stringify({ access_token: 'an-access-token', token_type: 'Bearer' }) }
    if (path === '/stock') return { status: 200, body: '{"left":3}' }
    return isDown ? 503 : 200
  })
})
afterEach(async () => {
  await product.remove()
  await database?.drop()
  await receiver[Symbol.asyncDispose]()
})

const change = (environment: Environment = ownKey, args: readonly string[] = []) =>
  product.command(['master-key', 'change', ...args], environment)
const file = (name: string): string => join(product.folder, name)
function changeTo(next: string, environment: Environment) {
  writeFileSync(file('a-new-key'), `${next}\n`, { mode: 0o600 })
  return change(environment, ['--new-key-file', file('a-new-key')])
}

const revealed = async (): Promise<string> => (await product.api<{ key: string }>('GET', '/app/shop/endpoint/customer/secret')).key

/** Under an `Idempotency-Key`, so that its answer is kept. */
async function keyedCall(): Promise<{ answer: unknown; isReplayed: boolean }> {
  const response = await fetch(`${product.url}/api/v1/event-type`, {
    method: 'POST',
    headers: { ...hangUp, authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json', 'idempotency-key': 'once' },
    body: '{"name":"order.shipped","description":"An order was shipped."}',
  })
  return { answer: await response.json(), isReplayed: response.headers.get('idempotent-replayed') === 'true' }
}

async function signedRequest(): Promise<number> {
  const body = '{"n":2}'
  const signature = createHmac('sha256', 'a-listener-secret-of-enough-length').update(body).digest('hex')
  const response = await fetch(`${product.url}/in/shop/signed`, {
    ...{ method: 'POST', body, headers: { ...hangUp, 'x-signature': signature } },
  })
  return response.status
}

async function opensLink(hash: string): Promise<boolean> {
  const response = await fetch(`${product.url}/api/v1/session/link/describe`, {
    ...{ method: 'POST', headers: { ...hangUp, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' } },
    body: JSON.stringify({ token: hash.slice(1) }),
  })
  return response.ok
}

const askStock = () => product.api<{ status: string }>('POST', '/app/shop/run?wait=20', { flow: 'asks', document: {} })

/** A store with a sealed text in every place, some of it in what was deleted, and a run that waits for its sealed request. */
async function furnish(): Promise<unknown> {
  await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
  await product.api('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  for (const uid of ['customer', 'gone']) {
    await product.api('POST', '/app/shop/endpoint', {
      ...{ uid, url: `${receiver.url}/hook`, secret: SECRET, headers: { 'x-api-key': 'a-header-value' } },
      ...{ eventTypes: ['order.paid'], retryPolicy: { waitsSeconds: [3, 3, 3, 3, 3, 3], jitter: 0 } },
    })
    await product.api('POST', '/app/shop/listener', {
      ...{ uid, name: uid, suffix: uid === 'gone' ? '/gone' : '/signed' },
      auth: { kind: 'hmac', header: 'X-Signature', secrets: ['a-listener-secret-of-enough-length'] },
    })
  }
  await product.api('DELETE', '/app/shop/endpoint/gone')
  await product.api('DELETE', '/app/shop/listener/gone')
  await product.api('PUT', '/app/shop/secret/erp', { value: 'a-named-value' })
  const oauth2 = { kind: 'oauth2', tokenUrl: `${receiver.url}/token`, clientId: 'posthorn', clientSecret: 'a-client-secret' }
  await product.api('PUT', '/app/shop/connection/erp', { baseUrl: receiver.url, auth: oauth2 })
  await publish('asks', [{ id: 'ask', kind: 'http_request', system: 'erp', url: '/stock' }])
  await publish('waits', [{ id: 'tell', kind: 'send_webhook', url: `${receiver.url}/told`, bearerToken: '{{ secrets.erp }}' }])
  await product.api('POST', '/app/shop/run', { flow: 'waits', key: 'job-1', document: {} })
  await product.api('POST', '/app/shop/msg', { eventType: 'order.paid', payload: { n: 1 } })
  const { answer, isReplayed } = await keyedCall()
  expect(isReplayed).toBe(false)
  // Both have failed once, and wait.
  await vi.waitFor(() => expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/hook', '/told'])), MINUTES_MS)
  return answer
}

async function publish(uid: string, steps: readonly object[]): Promise<void> {
  await product.api('POST', '/app/shop/flow', { uid, name: uid, trigger: { kind: 'job' }, steps })
  await product.api('POST', `/app/shop/flow/${uid}/publish`)
}

const arrived = (path: string, from: number): Promise<Received> =>
  vi.waitFor(() => {
    const found = receiver.received.slice(from).find((one) => one.path === path)
    return found ?? Promise.reject(new Error(`nothing came to ${path}`))
  }, MINUTES_MS)

/** Everything that was begun ends as if nothing had happened, and everything still opens. */
async function goesOn(answer: unknown): Promise<void> {
  const from = receiver.received.length
  isDown = false
  const hook = await arrived('/hook', from)
  expect(() => new Webhook(SECRET).verify(hook.body.toString(), hook.headers as Record<string, string>)).not.toThrow()
  expect(hook.headers['x-api-key']).toBe('a-header-value')
  expect((await arrived('/told', from)).headers.authorization).toBe('Bearer a-named-value')
  await vi.waitFor(async () => {
    const { data } = await product.api<{ data: { key: string; status: string }[] }>('GET', '/app/shop/run')
    expect(data.find(({ key }) => key === 'job-1')?.status).toBe('ok')
  }, MINUTES_MS)
  expect(await signedRequest()).toBe(202)
  expect((await askStock()).status).toBe('ok')
  expect((await arrived('/stock', from)).headers.authorization).toBe('Bearer an-access-token')
  expect(await keyedCall()).toEqual({ answer, isReplayed: true })
  expect(await revealed()).toBe(SECRET)
}

/** Every value of every table, with its table and column. */
async function everyText(): Promise<{ place: string; row: Record<string, unknown>; text: string }[]> {
  const tables = database === undefined ? ofFile() : await ofDatabase(database.url)
  return tables.flatMap(({ table, rows }) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) => {
        const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
        return text.match(SEALED) === null ? [] : [{ place: `${table}.${column}`, row, text }]
      }),
    ),
  )
}

type Rows = { table: string; rows: Record<string, unknown>[] }[]

function ofFile(): Rows {
  const db = new Database(file('posthorn.db'), { readonly: true })
  const names = db.prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'").pluck().all()
  const rows = names.map((table) => ({ table, rows: db.prepare(`select * from "${table}"`).all() as Record<string, unknown>[] }))
  db.close()
  return rows
}

async function ofDatabase(url: string): Promise<Rows> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: names } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema()',
    )
    const all: Rows = []
    for (const { name } of names) all.push({ table: name, rows: (await client.query(`select * from "${name}"`)).rows })
    return all
  } finally {
    await client.end()
  }
}

const keptPlaces = Object.values(sealedPlaces).filter((one) => one !== null)

/** Whatever is sealed anywhere stands where the command looks, and opens under this key alone. */
async function expectAllUnder(keyText: string): Promise<void> {
  const key = masterKeyFromText(keyText)
  const vault = createVault([key], systemRandom())
  const found = await everyText()
  expect([...new Set(found.map(({ place }) => place))].sort()).toEqual(keptPlaces.map(({ table, column }) => `${table}.${column}`).sort())
  for (const { place: where, row, text } of found) {
    expect(text.match(SEALED)).toEqual([text])
    const place = keptPlaces.find(({ table, column }) => `${table}.${column}` === where)!
    expect([where, vault.open(text, place.belonging(row as Record<string, string>)).ok]).toEqual([where, true])
  }
}

const keyFiles = () =>
  readdirSync(product.folder)
    .filter((name) => name.startsWith('master.key'))
    .sort()

describe.each(engines)('the change of the master key, on %s', (engine) => {
  test('everything is under the new key, and goes on as before', { timeout: MINUTES_MS }, async () => {
    await place(engine)
    await product.start(ownKey)
    const answer = await furnish()
    expect((await change()).output).toMatch(engine === 'SQLite' ? /in use by another Posthorn/ : /processes are connected.*Stop all/)
    await product.stop()
    const old = readFileSync(file('master.key'), 'utf8')
    await expectAllUnder(old)
    const [link] = (await product.command(['link'], ownKey)).output.match(/#\S+/)!
    const oldId = masterKeyFromText(old).id

    const changed = await change()
    expect(changed).toEqual({
      code: 0,
      output: expect.stringMatching(new RegExp(`\\d+ texts, is under the master key .* instead of ${oldId}`)),
    })
    const now = readFileSync(file('master.key'), 'utf8')
    expect(now).not.toBe(old)
    expect(keyFiles()).toEqual(['master.key', `master.key.${oldId}`])
    expect(readFileSync(file(`master.key.${oldId}`), 'utf8')).toBe(old)
    for (const name of keyFiles()) expect(statSync(file(name)).mode & 0o777).toBe(0o600)
    await expectAllUnder(now)
    if (database === undefined) {
      // As docs/operations.md says for after a leak: free pages may still hold what was there before.
      await onStore('vacuum')
      expect(readFileSync(file('posthorn.db')).includes(`v1.${oldId}.`)).toBe(false)
    }

    await product.start(ownKey)
    await goesOn(answer)
    const [newLink] = (await product.command(['link'], ownKey)).output.match(/#\S+/)!
    expect([await opensLink(link), await opensLink(newLink)]).toEqual([false, true])
    await product.stop()
    const refused = await product.refusedStart({ POSTHORN_MASTER_KEY: old })
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining(`under the master key ${masterKeyFromText(now).id}`) })
  })

  test('killed at any moment, the next start finds the key by itself', { timeout: MINUTES_MS }, async () => {
    await place(engine)
    await product.start(ownKey)
    const answer = await furnish()
    await product.kill()
    for (const [n, failpoint] of ['key.written', 'key.resealed', 'key.committed', 'key.kept', 'key.taken'].entries()) {
      const before = readFileSync(file('master.key'), 'utf8')
      expect([failpoint, (await change({ ...ownKey, POSTHORN_FAILPOINT: failpoint })).code]).toEqual([failpoint, null])
      await product.start(ownKey)
      expect([failpoint, await revealed(), await signedRequest()]).toEqual([failpoint, SECRET, 202])
      await product.kill()
      const now = readFileSync(file('master.key'), 'utf8')
      expect([failpoint, now === before]).toEqual([failpoint, n < 2])
      await expectAllUnder(now)
    }
    // Behind the commit, what the next start does the command does too.
    const before = masterKeyFromText(readFileSync(file('master.key'), 'utf8'))
    expect((await change({ ...ownKey, POSTHORN_FAILPOINT: 'key.committed' })).code).toBe(null)
    expect(await change()).toEqual({ code: 0, output: expect.stringContaining('already') })
    expect(keyFiles()).toContain(`master.key.${before.id}`)
    expect(keyFiles()).not.toContain('master.key.new')
    await product.start(ownKey)
    await goesOn(answer)
  })

  test('a key that is given is changed for one that is given', { timeout: MINUTES_MS }, async () => {
    await place(engine)
    const given = { ...ownKey, POSTHORN_MASTER_KEY: OLD }
    await product.start(given)
    const answer = await furnish()
    await product.stop()
    const unchanged = await everyText()
    const another = 'another-master-key-that-is-long-enough'
    expect(await change(given)).toEqual({ code: 2, output: expect.stringContaining('--new-key-file') })
    for (const [next, environment, said] of [
      ['short', given, 'at least 32 characters'],
      // As binary is read, in part, and as UTF-16.
      ['\ufffd\u0001'.repeat(20), given, 'one line of text'],
      [[...'x'.repeat(40)].join('\0'), given, 'one line of text'],
      [`${'x'.repeat(40)}\n${'y'.repeat(40)}`, given, 'one line of text'],
      [OLD, given, 'is the present one'],
      [NEW, { ...given, POSTHORN_MASTER_KEY: another }, 'gives another one'],
      [NEW, ownKey, 'there is no key'],
    ] as const)
      expect(await changeTo(next, environment)).toEqual({ code: 2, output: expect.stringContaining(said) })
    const missing = await change(given, ['--new-key-file', file('not-there')])
    expect(missing).toEqual({ code: 2, output: expect.stringContaining('cannot be read (ENOENT)') })
    expect(await everyText()).toEqual(unchanged)
    expect((await changeTo(NEW, { ...given, POSTHORN_FAILPOINT: 'key.resealed' })).code).toBe(null)
    await expectAllUnder(OLD)
    expect((await changeTo(NEW, { ...given, POSTHORN_FAILPOINT: 'key.committed' })).code).toBe(null)
    expect((await product.refusedStart(given)).output).toContain('was sealed under the master key')
    expect(await changeTo(NEW, given)).toEqual({ code: 0, output: expect.stringContaining('already') })
    expect(keyFiles()).toEqual([])
    await expectAllUnder(NEW)
    await product.start({ ...given, POSTHORN_MASTER_KEY: NEW })
    await goesOn(answer)
  })

  test('what does not open is named, and nothing is changed; what nobody waits for is left', { timeout: MINUTES_MS }, async () => {
    await place(engine)
    await product.start(ownKey)
    await furnish()
    await product.stop()
    const { id } = await onStore("select id from listener where uid = 'customer'")
    await onStore("update endpoint set headers = 'v1.00000000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA' where uid = 'gone'")
    await onStore("update listener set auth = replace(auth, 'v1.', 'v1.0') where uid = 'customer'")
    const [before, key] = [await everyRow(), readFileSync(file('master.key'), 'utf8')]
    expect(await change()).toEqual({ code: 2, output: expect.stringContaining(`: listener:${id}:auth (key_unknown). `) })
    expect(await everyRow()).toEqual(before)
    expect(readFileSync(file('master.key'), 'utf8')).toBe(key)
    await onStore("update listener set auth = replace(auth, 'v1.0', 'v1.') where uid = 'customer'")
    expect(await change()).toEqual({ code: 0, output: expect.stringContaining('1 texts that nobody waits for did not open') })
    await product.start(ownKey)
    expect(await revealed()).toBe(SECRET)
  })
})

const everyRow = async () => (database === undefined ? ofFile() : ofDatabase(database.url))

/** The first row of a statement's answer. */
async function onStore(sql: string): Promise<Record<string, string>> {
  if (database !== undefined) {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query<Record<string, string>>(sql)
    await client.end()
    return rows[0] ?? {}
  }
  const db = new Database(file('posthorn.db'))
  try {
    const statement = db.prepare<[], Record<string, string>>(sql)
    return statement.reader ? (statement.get() ?? {}) : (statement.run(), {})
  } finally {
    db.close()
  }
}

test('there is nothing to change where there is no store', { timeout: MINUTES_MS }, async () => {
  await place('SQLite')
  expect(await change()).toEqual({ code: 2, output: expect.stringMatching(/There is no database at .*POSTHORN_DATA/) })
  database = await emptyDatabase()
  const none = await change({ ...ownKey, POSTHORN_DATABASE_URL: database.url })
  expect(none).toEqual({ code: 2, output: expect.stringContaining('has not been used by this release yet') })
  expect(keyFiles()).toEqual([])
})
