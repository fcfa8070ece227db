import { spawnSync } from 'node:child_process'
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { checkStore, isSound, startServer, StartError, type RunningServer } from '@posthorn/server'
import { startPostgres } from '../support/postgres.ts'

/** Bits that flip on the disk: whoever meets them hears `store_corrupt`, the process is not ready, and `posthorn check` says where. */

const API_KEY = 'a-key-for-tests-that-is-long-enough'
const program = fileURLToPath(new URL('../../packages/cli/bin/posthorn.mjs', import.meta.url))
const environmentOf = (folder: string) => ({
  ...{ POSTHORN_DATA: folder, POSTHORN_PORT: '0', POSTHORN_LOG_LEVEL: 'error', POSTHORN_API_KEY: API_KEY },
  POSTHORN_MASTER_KEY: 'a-master-key-that-has-enough-characters',
})
const sourcesOf = (folder: string) => ({ environment: environmentOf(folder), flags: {}, file: undefined, dev: true })

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly retryAfter: string | null
}

async function call(server: RunningServer, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  const response = await fetch(`${server.url}${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
  const text = await response.text()
  const code = response.ok ? undefined : (JSON.parse(text) as { code: string }).code
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
}

/** Where each table is looked at. */
const looks: Readonly<Record<string, string>> = {
  message: '/api/v1/app/default/msg?limit=250',
  request: '/api/v1/app/default/listener/x/request?limit=250',
  delivery: '/api/v1/app/default/delivery?limit=250',
  endpoint: '/api/v1/app/default/endpoint',
  event_type: '/api/v1/event-type?limit=250',
  audit: '/api/v1/audit?limit=250',
}
const tables = Object.keys(looks)

let model: string
beforeAll(async () => {
  model = mkdtempSync(join(tmpdir(), 'posthorn-damage-'))
  const server = await startServer(sourcesOf(model))
  const make = async (path: string, body: object) => expect((await call(server, path, body)).status).toBeLessThan(300)
  await make('/api/v1/app/default/endpoint', { url: `${server.url}/nothing`, disabled: false })
  await make('/api/v1/app/default/listener', { uid: 'x', name: 'x', suffix: '/x', auth: { kind: 'none' } })
  for (let i = 0; i < 60; i++) {
    await make('/api/v1/event-type', { name: `type.number-${i}`, description: 'x'.repeat(200) })
    await make('/api/v1/app/default/msg', { eventType: 'order.paid', payload: { i, filling: 'x'.repeat(1500) } })
    await make('/in/default/x', { i, filling: 'x'.repeat(1500) })
  }
  await server.stop()
})
afterAll(() => rmSync(model, { recursive: true, force: true }))

function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-damaged-'))
  cpSync(model, folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const fileOf = (folder: string) => join(folder, 'posthorn.db')

/** The pages that hold a table's own rows. */
function pagesOf(folder: string, table: string): number[] {
  const db = new Database(fileOf(folder), { readonly: true })
  try {
    return db.prepare<[string], number>("select pageno from dbstat where name = ? and pagetype in ('leaf', 'internal')").pluck().all(table)
  } finally {
    db.close()
  }
}

/** Sixteen bytes where a page says what is in it. */
function flip(folder: string, page: number): void {
  const file = openSync(fileOf(folder), 'r+')
  const bytes = Buffer.alloc(16)
  const at = (page - 1) * 4096 + (page === 1 ? 100 : 0)
  readSync(file, bytes, 0, 16, at)
  for (let i = 0; i < 16; i++) bytes[i]! ^= 0xff
  writeSync(file, bytes, 0, 16, at)
  closeSync(file)
}

/** The same for the same seed. */
const picked = <T>(from: readonly T[], seed: number): T => from[(seed * 2_654_435_761) % from.length]!

function checked(folder: string, json = true): { code: number | null; out: string } {
  const env = { PATH: process.env['PATH'], POSTHORN_DATA: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', ...(json ? ['--json'] : [])], { env, encoding: 'utf8' })
  return { code: status, out: stdout + stderr }
}

describe('a damaged file', () => {
  test('that is whole is found so by the check, with exit code 0; and one that is not there with 2', () => {
    expect(checked(copied(), false)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/posthorn\.db: \d+ tables were read, and nothing is wrong/),
    })
    const nothing = mkdtempSync(join(tmpdir(), 'posthorn-nothing-'))
    onTestFinished(() => rmSync(nothing, { recursive: true, force: true }))
    expect(checked(nothing, false)).toMatchObject({ code: 2, out: expect.stringContaining('POSTHORN_DATA') })
  })

  test.for(tables.flatMap((table) => [1, 2, 3].map((seed) => ({ table, seed }))))(
    'in $table ($seed): callers hear store_corrupt and never of a defect, the process is not ready, and the check names the table',
    async ({ table, seed }) => {
      const folder = copied()
      flip(folder, picked(pagesOf(folder, table), seed))
      const check = await checkStore(sourcesOf(folder))
      expect(isSound(check)).toBe(false)
      expect(check.tables.filter(({ faults }) => faults.length > 0).map((one) => one.table)).toContain(table)
      const server = await startServer(sourcesOf(folder)).catch((error: unknown) => error)
      if (server instanceof Error) {
        expect(server).toBeInstanceOf(StartError)
        expect(server.message).toMatch(/posthorn\.db in POSTHORN_DATA is damaged.*posthorn check.*backup/)
        return
      }
      const running = server as RunningServer
      onTestFinished(() => running.stop())
      const looked = await call(running, looks[table]!)
      expect(looked).toEqual({ status: 503, code: 'store_corrupt', retryAfter: '1' })
      for (let i = 0; i < 3; i++) expect(await call(running, '/readyz')).toMatchObject({ status: 503, code: 'store_corrupt' })
      for (const path of Object.values(looks)) expect([200, 503]).toContain((await call(running, path)).status)
      expect([202, 503]).toContain((await call(running, '/in/default/x', { a: 1 })).status)
      expect([202, 503]).toContain((await call(running, '/api/v1/app/default/msg', { eventType: 'order.paid', payload: {} })).status)
    },
  )

  test('while the server runs: the same from the page on', async () => {
    const folder = copied()
    let db: Database.Database | undefined
    const server = await startServer(sourcesOf(folder), { sqliteOpened: (opened) => (db = opened) })
    onTestFinished(() => server.stop())
    expect(await call(server, '/readyz')).toMatchObject({ status: 200 })
    db!.pragma('wal_checkpoint(TRUNCATE)')
    // What it has in memory it would not read again.
    db!.pragma('shrink_memory')
    for (const page of pagesOf(folder, 'message')) flip(folder, page)
    expect(await call(server, looks['message']!)).toEqual({ status: 503, code: 'store_corrupt', retryAfter: '1' })
    expect(await call(server, '/readyz')).toMatchObject({ status: 503, code: 'store_corrupt' })
    expect(await call(server, looks['event_type']!)).toMatchObject({ status: 200 })
    const { code, out } = checked(folder)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      engine: 'sqlite',
      sound: false,
      tables: expect.arrayContaining([{ table: 'message', faults: expect.any(Array) }]),
    })
  })

  test('of which not even the head is left is reported as a whole', () => {
    const folder = copied()
    writeFileSync(fileOf(folder), Buffer.concat([Buffer.alloc(100, 7), readFileSync(fileOf(folder)).subarray(100)]))
    expect(checked(folder, false)).toMatchObject({ code: 1, out: expect.stringMatching(/posthorn\.db is damaged.*backup/i) })
  })
})

test('a damaged PostgreSQL: the same', async () => {
  const cluster = await startPostgres()
  onTestFinished(() => cluster.stop())
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-damaged-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const sources = { ...sourcesOf(folder), environment: { ...environmentOf(folder), POSTHORN_DATABASE_URL: cluster.url } }
  const first = await startServer(sources)
  expect((await call(first, '/api/v1/event-type', { name: 'order.paid', description: 'x' })).status).toBe(201)
  await first.stop()
  expect(isSound(await checkStore(sources))).toBe(true)

  const client = new Client({ connectionString: cluster.url })
  await client.connect()
  await client.query('checkpoint')
  const { rows } = await client.query("select current_setting('data_directory') || '/' || pg_relation_filepath('audit') as path")
  await client.end()
  const file = openSync(String(rows[0].path), 'r+')
  writeSync(file, Buffer.alloc(24, 0x5a), 0, 24, 0)
  closeSync(file)
  await cluster.restart()

  const server = await startServer(sources)
  onTestFinished(() => server.stop())
  expect(await call(server, looks['audit']!)).toEqual({ status: 503, code: 'store_corrupt', retryAfter: '1' })
  expect(await call(server, '/readyz')).toMatchObject({ status: 503, code: 'store_corrupt' })
  const damaged = (await checkStore(sources)).tables.filter(({ faults }) => faults.length > 0)
  expect(damaged.map(({ table }) => table)).toEqual(['audit'])
})
