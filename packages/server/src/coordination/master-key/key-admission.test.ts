import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { belonging, type SessionId } from '#domain'
import { createVault, masterKeyFromText, noFailpoint, systemClock, systemRandom, type Failpoint } from '#platform'
import { createCollectingLog, silentLog } from '#platform/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreRefusedError, type Store } from '#store'
import { tablesOf } from '#store/testing'
import { openPostgres } from '#store/postgres'
import { openSqlite } from '#store/sqlite'
import { emptyDatabase } from '../../../../../test/support/postgres.ts'
import { KeyAdmission, type KeyAdmissionOptions } from './key-admission.ts'

const random = systemRandom()
const KEY = 'one-master-key-that-is-long-enough-01'
const OTHER = 'another-master-key-that-is-long-enough'
const idOf = (text: string) => masterKeyFromText(text).id

interface Place {
  readonly folder: string
  readonly engine: 'sqlite' | 'postgres'
  readonly url: string
}

type Start = Partial<Pick<KeyAdmissionOptions, 'given' | 'intent' | 'failpoint' | 'log' | 'folder'>>

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function makePlace(engine: Place['engine']): Promise<Place> {
  const folder = makeFolder()
  if (engine === 'sqlite') return { folder, engine, url: '' }
  const database = await emptyDatabase()
  onTestFinished(() => database.drop())
  return { folder, engine, url: database.url }
}

/** One start of the ground that a server stands on. The caller closes the store. */
async function open({ folder, engine, url }: Place, start: Start = {}) {
  const keys = new KeyAdmission({
    ...{ folder, engine, given: null, intent: null, random, log: silentLog, failpoint: noFailpoint },
    ...start,
  })
  const shared = { clock: systemClock, log: silentLog, admission: keys }
  const store = engine === 'sqlite' ? await openSqlite({ ...shared, folder }) : await openPostgres({ ...shared, url })
  try {
    await keys.remember()
  } catch (error) {
    await store.close() // as the operating system does for a process that dies
    throw error
  }
  return { store, vault: keys.vault() }
}

async function startAndStop(place: Place, start?: Start): Promise<string> {
  const { store, vault } = await open(place, start)
  await store.close()
  return vault.keyId
}

async function refusal(place: Place, start?: Start): Promise<string> {
  const error = await open(place, start).then(
    async ({ store }) => {
      await store.close()
      throw new Error('it started')
    },
    (error: unknown) => error,
  )
  if (!(error instanceof StoreRefusedError)) throw error
  return error.message
}

/** A secret as a store from before this release has it, with nothing that says under which key. */
async function keepSecret(store: Store, sealed: string, name = 'erp'): Promise<void> {
  const row = { application_id: 'app_1', name, sealed, last4: '', created_at: 1, updated_at: 1 }
  await store.mutate({ statements: [{ query: tablesOf(store).insertInto('secret').values(row).compile() }], application: null, audit: [] })
}

const forgetKey = (store: Store) =>
  store.mutate({ statements: [{ query: sql`delete from store_key`.compile(tablesOf(store)) }], application: null, audit: [] })

const sealedWith = (key: string, name = 'erp') =>
  createVault([masterKeyFromText(key)], random).seal('text', belonging.secret('app_1', name))

describe.for(['sqlite', 'postgres'] as const)('a store and its master key (%s)', (engine) => {
  it('makes a key at the first start only, and finds it again', async () => {
    const place = await makePlace(engine)
    const id = await startAndStop(place)
    expect(await startAndStop(place)).toBe(id)
    expect(readdirSync(place.folder)).toEqual(expect.arrayContaining(['master.key', 'store.id']))
  })

  it('refuses a start without its key, makes no other one, and starts again when the key is back', async () => {
    const place = await makePlace(engine)
    const id = await startAndStop(place)
    const path = join(place.folder, 'master.key')
    renameSync(path, `${path}.away`)
    const said = await refusal(place)
    expect(said).toContain(`was sealed under the master key ${id}, and there is no key: ${path} is missing`)
    expect(said).toContain('--new-key')
    expect(existsSync(path)).toBe(false)
    expect(await refusal(place, { intent: 'new' })).toContain('holds a store already')
    renameSync(`${path}.away`, path)
    expect(await startAndStop(place)).toBe(id)
  })

  it('refuses a start with another key, names both and where it was given, and says which is right if that lies beside', async () => {
    const place = await makePlace(engine)
    const id = await startAndStop(place)
    const said = await refusal(place, { given: OTHER })
    expect(said).toContain(`was sealed under the master key ${id}, and POSTHORN_MASTER_KEY gives another one (${idOf(OTHER)})`)
    expect(said).toContain(`The key in ${join(place.folder, 'master.key')} is the right one: unset POSTHORN_MASTER_KEY`)
    writeFileSync(join(place.folder, 'master.key'), OTHER)
    expect(await refusal(place)).toContain(`and ${join(place.folder, 'master.key')} gives another one (${idOf(OTHER)})`)
  })

  it('goes on under another key where the operator says that the old one is lost, and from then on under that one only', async () => {
    const place = await makePlace(engine)
    await startAndStop(place, { given: KEY })
    expect(await startAndStop(place, { given: OTHER, intent: 'new_key' })).toBe(idOf(OTHER))
    expect(await startAndStop(place, { given: OTHER })).toBe(idOf(OTHER))
    expect(await refusal(place, { given: KEY })).toContain(idOf(OTHER))
  })

  it('is not migrated and not written to by a start that is refused', async () => {
    const place = await makePlace(engine)
    const { store } = await open(place, { given: KEY })
    await store.openSession('ses_1')
    const before = await sql`select * from store_key`.execute(tablesOf(store))
    await refusal(place, { given: OTHER, folder: engine === 'sqlite' ? place.folder : makeFolder() }).catch((error: Error) => {
      // An embedded store is this process's alone; the refusal comes after that.
      expect(error.name).toBe('FolderInUseError')
    })
    expect(await sql`select * from store_key`.execute(tablesOf(store))).toEqual(before)
    await store.close()
  })

  it('from before stores knew their keys: is taken by a key that opens one of its secrets, and by no other', async () => {
    const place = await makePlace(engine)
    const { store } = await open(place, { given: KEY })
    await keepSecret(store, sealedWith(KEY))
    await forgetKey(store)
    await store.close()
    rmSync(join(place.folder, 'store.id'), { force: true })
    expect(await refusal(place, { given: OTHER })).toContain(`sealed under the master key ${idOf(KEY)}`)
    expect(await refusal(place)).toContain('there is no key')
    expect(await startAndStop(place, { given: KEY })).toBe(idOf(KEY))
    expect(await refusal(place, { given: OTHER })).toContain(`sealed under the master key ${idOf(KEY)}`)
  })

  it('from before, with secrets of two keys: is taken by either, because a new one was made once without a word', async () => {
    const place = await makePlace(engine)
    const { store } = await open(place, { given: KEY })
    await keepSecret(store, sealedWith(KEY))
    await keepSecret(store, sealedWith(OTHER, 'crm'), 'crm')
    await forgetKey(store)
    await store.close()
    expect(await startAndStop(place, { given: OTHER })).toBe(idOf(OTHER))
  })

  it('refuses an empty place where its folder says that there was a store, unless a new one is meant', async () => {
    const place = await makePlace(engine)
    const id = await startAndStop(place)
    const mark = readFileSync(join(place.folder, 'store.id'), 'utf8').trim()
    const emptied = engine === 'postgres' ? { ...(await makePlace('postgres')), folder: place.folder } : place
    if (engine === 'sqlite') rmSync(join(place.folder, 'posthorn.db'))
    const said = await refusal(emptied)
    expect(said).toContain(mark)
    expect(said).toContain('posthorn serve --new')
    if (engine === 'sqlite') expect(existsSync(join(place.folder, 'posthorn.db'))).toBe(false)
    expect(await startAndStop(emptied, { intent: 'new' })).toBe(id)
    expect(await startAndStop(emptied)).toBe(id)
    expect(readFileSync(join(place.folder, 'store.id'), 'utf8').trim()).not.toBe(mark)
  })

  it('is begun by one of two first nodes with different keys: the other is refused', async () => {
    if (engine === 'sqlite') return // One process has the folder.
    const place = await makePlace(engine)
    const starts = await Promise.allSettled([KEY, OTHER].map((given) => open(place, { given })))
    const began = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
    const refused = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as Error] : []))
    for (const { store } of began) await store.close()
    expect(began).toHaveLength(1)
    expect(refused).toHaveLength(1)
    expect(refused[0]).toBeInstanceOf(StoreRefusedError)
    expect(refused[0]!.message).toContain(began[0]!.vault.keyId)
  })
})

it('a node that was away while the key was changed begins no other life, and takes no writes', async () => {
  const place = await makePlace('postgres')
  const { store } = await open(place, { given: KEY })
  await store.openSession('ses_1' as SessionId)
  const { rows } = await sql<{ store_id: string }>`select store_id from store_key`.execute(tablesOf(store))
  const sealed = createVault([masterKeyFromText(OTHER)], random).seal('posthorn', belonging.storeKey(rows[0]!.store_id))
  const changed = { query: sql`update store_key set sealed = ${sealed}`.compile(tablesOf(store)) }
  await store.mutate({ statements: [changed], application: null, audit: [] })
  await expect(store.openSession('ses_2' as SessionId)).rejects.toThrow('master key of the store was changed')
  const living = await sql<{ id: string }>`select id from session where alive = 1`.execute(tablesOf(store))
  expect(living.rows).toEqual([{ id: 'ses_1' }])
  await expect(keepSecret(store, sealedWith(KEY))).rejects.toMatchObject({ code: 'secret_unreadable' })
  await store.close()
  expect(await startAndStop(place, { given: OTHER })).toBe(idOf(OTHER))
})

class Killed extends Error {}

/** What is on disk when the process dies at this place: nothing that comes after it was done. */
const dieAt =
  (place: string): Failpoint =>
  (at) => {
    if (at === place) throw new Killed()
  }

const startFailpoints = ['start.admitted', 'start.checked', 'start.marked']

describe.for(['sqlite', 'postgres'] as const)('a first start that is cut short (%s)', (engine) => {
  it.for(startFailpoints)('at %s locks nobody out: the next one goes on with the same key', async (at) => {
    const place = await makePlace(engine)
    await expect(open(place, { failpoint: dieAt(at) })).rejects.toBeInstanceOf(Killed)
    const key = readFileSync(join(place.folder, 'master.key'), 'utf8')
    const id = await startAndStop(place)
    expect(id).toBe(masterKeyFromText(key).id)
    expect(await startAndStop(place)).toBe(id)
  })

  it.for(startFailpoints)('at %s, of a store that is begun anew, is begun anew once more or goes on', async (at) => {
    const first = await makePlace(engine)
    const id = await startAndStop(first)
    const place = engine === 'postgres' ? { ...(await makePlace('postgres')), folder: first.folder } : first
    if (engine === 'sqlite') rmSync(join(place.folder, 'posthorn.db'))
    await expect(open(place, { intent: 'new', failpoint: dieAt(at) })).rejects.toBeInstanceOf(Killed)
    const again = await startAndStop(place, { intent: at === 'start.admitted' ? 'new' : null })
    expect(again).toBe(id)
    expect(await startAndStop(place)).toBe(id)
  })
})

describe('the files of an embedded store', () => {
  it('a main file of 0 bytes beside a key that has been used is refused', async () => {
    const place = await makePlace('sqlite')
    await startAndStop(place)
    truncateSync(join(place.folder, 'posthorn.db'))
    expect(await refusal(place)).toContain('posthorn.db is missing or empty')
    await startAndStop(place, { intent: 'new' })
  })

  it('a key that was put into an empty folder is used; it opens nothing that is missing', async () => {
    const place = await makePlace('sqlite')
    writeFileSync(join(place.folder, 'master.key'), KEY, { mode: 0o600 })
    expect(await startAndStop(place)).toBe(idOf(KEY))
  })

  it('a folder whose key and database are both away is refused by its mark', async () => {
    const place = await makePlace('sqlite')
    await startAndStop(place)
    for (const file of ['master.key', 'posthorn.db']) rmSync(join(place.folder, file))
    expect(await refusal(place)).toContain('posthorn.db is missing or empty')
    expect(existsSync(join(place.folder, 'master.key'))).toBe(false)
  })

  it('a log beside a missing main file is refused and kept, also where a new store is meant: it may hold all that was acknowledged', async () => {
    const place = await makePlace('sqlite')
    const { store } = await open(place)
    const wal = join(place.folder, 'posthorn.db-wal')
    const copy = makeFolder()
    for (const file of ['master.key', 'store.id', 'posthorn.db-wal'])
      writeFileSync(join(copy, file), readFileSync(join(place.folder, file)), { mode: 0o600 })
    expect(readFileSync(wal).length).toBeGreaterThan(0)
    await store.close()
    for (const intent of [null, 'new'] as const) {
      expect(await refusal({ ...place, folder: copy }, { intent })).toContain('posthorn.db-wal still holds data')
      expect(readFileSync(join(copy, 'posthorn.db-wal')).length).toBeGreaterThan(0)
    }
  })

  it('a backup of the database and the key in a new folder start, and another store under the same key is reported', async () => {
    const place = await makePlace('sqlite')
    const id = await startAndStop(place)
    const copy = makeFolder()
    for (const file of ['master.key', 'posthorn.db'])
      writeFileSync(join(copy, file), readFileSync(join(place.folder, file)), { mode: 0o600 })
    expect(await startAndStop({ ...place, folder: copy })).toBe(id)
    writeFileSync(join(copy, 'store.id'), 'another')
    const log = createCollectingLog()
    expect(await startAndStop({ ...place, folder: copy }, { log })).toBe(id)
    expect(log.entries.map((entry) => entry.event)).toEqual(['store.id.changed'])
  })

  it('a database without tables, as a kill before the first migration leaves it, is a first start', async () => {
    const place = await makePlace('sqlite')
    await expect(open(place, { failpoint: dieAt('start.admitted') })).rejects.toBeInstanceOf(Killed)
    const db = new Database(join(place.folder, 'posthorn.db'))
    db.pragma('journal_mode = WAL')
    db.close()
    await startAndStop(place)
  })
})
