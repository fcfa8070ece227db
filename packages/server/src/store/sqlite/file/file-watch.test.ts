import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { expect, it, onTestFinished } from 'vitest'
import { createScene } from '../../../../test/store/conformance/scene.ts'
import { worldOver } from '../../../../test/store/conformance/subject.ts'
import { openSqlite } from '../open-sqlite.ts'

const clock = createFakeClock()
const now = async () => clock.now()

async function open(parent = mkdtempSync(join(tmpdir(), 'posthorn-files-'))) {
  const folder = join(parent, 'data')
  const log = createCollectingLog()
  const store = await openSqlite({ folder, clock, log })
  onTestFinished(async () => {
    await store.close()
    rmSync(parent, { recursive: true, force: true })
  })
  const scene = await createScene({ store, world: worldOver(store), now, advance: async (ms) => clock.advance(ms), close: store.close })
  const accept = async () => {
    const request = scene.request()
    const { results } = await store.accept(scene.session, [scene.operation({ request })])
    expect(results).toEqual([{ kind: 'accepted' }])
    return request.id
  }
  const path = (name: string) => join(folder, name)
  return { parent, folder, store, scene, log, accept, path, beat: () => store.beat(scene.session) }
}

type Ground = Awaited<ReturnType<typeof open>>

const requestsIn = (path: string) => {
  const db = new Database(path)
  const ids = db.prepare<[], string>('select id from request order by id').pluck().all()
  db.close()
  return ids
}

const removed =
  (...names: string[]) =>
  ({ path }: Ground) => {
    for (const name of names) rmSync(path(name))
  }

/** Whatever is done to the files, and what an operator does with them. */
const losses: readonly [string, (ground: Ground) => void][] = [
  ['the main file was removed', removed('posthorn.db')],
  ['all files of the database were removed', removed('posthorn.db', 'posthorn.db-wal', 'posthorn.db-shm')],
  ['the log was removed', removed('posthorn.db-wal')],
  ['the folder was removed', ({ folder }) => rmSync(folder, { recursive: true })],
  ['the folder was moved away', ({ folder }) => renameSync(folder, `${folder}.away`)],
  [
    'a copy took the place of the main file',
    ({ path }) => {
      copyFileSync(path('posthorn.db'), path('copy'))
      renameSync(path('copy'), path('posthorn.db'))
    },
  ],
  ['the log was emptied', ({ path }) => truncateSync(path('posthorn.db-wal'))],
  ['the main file was emptied', ({ path }) => truncateSync(path('posthorn.db'))],
]

it.for(losses)('acknowledges nothing from the moment at which %s, and is not ready', async ([, lose]) => {
  const ground = await open()
  const { accept, store, log } = ground
  await accept()
  lose(ground)
  await expect(accept()).rejects.toMatchObject({ code: 'store_lost' })
  await expect(accept()).rejects.toMatchObject({ code: 'store_lost' })
  await expect(store.health()).rejects.toMatchObject({ code: 'store_lost' })
  expect(log.entries.filter(({ event }) => event === 'store.trouble.stands')).toHaveLength(1)
})

it('says it with the next beat where nobody writes, and names the file and the way out', async () => {
  const { path, beat, log } = await open()
  rmSync(path('posthorn.db'))
  await beat()
  expect(log.entries).toMatchObject([
    { event: 'store.trouble.stands', level: 'error', fields: { code: 'store_lost', advice: expect.stringContaining(path('posthorn.db')) } },
  ])
})

it('a lock that was removed is reported too: a second process could come in', async () => {
  const { path, beat, store } = await open()
  rmSync(path('posthorn.lock'))
  await beat()
  await expect(store.health()).rejects.toMatchObject({ code: 'store_lost' })
})

it('goes on by itself when the folder is back, and has lost nothing', async () => {
  const { folder, accept, beat, path, store } = await open()
  const first = await accept()
  renameSync(folder, `${folder}.away`)
  await expect(accept()).rejects.toMatchObject({ code: 'store_lost' })
  renameSync(`${folder}.away`, folder)
  await beat()
  const second = await accept()
  await store.close()
  expect(requestsIn(path('posthorn.db'))).toEqual(expect.arrayContaining([first, second]))
})

it('after a checkpoint by somebody else the log is short, and nothing is wrong', async () => {
  const { path, accept, beat, store } = await open()
  await accept()
  const other = new Database(path('posthorn.db'))
  other.pragma('wal_checkpoint(TRUNCATE)')
  other.close()
  await beat()
  await accept()
  expect(await store.health()).toEqual({ oldestDueMs: expect.any(Number) })
})

it('what was acknowledged before the database was removed is put aside by an orderly stop', async () => {
  const { path, accept, store, log } = await open()
  const id = await accept()
  removed('posthorn.db', 'posthorn.db-wal', 'posthorn.db-shm')({ path } as Ground)
  await store.close()
  expect(requestsIn(path('posthorn.db.rescued'))).toEqual([id])
  expect(log.entries.map(({ event }) => event)).toContain('store.files.rescued')
})

it('a log that was removed takes nothing with it: all is in the main file at once', async () => {
  const { path, accept, beat } = await open()
  const id = await accept()
  rmSync(path('posthorn.db-wal'))
  await beat()
  copyFileSync(path('posthorn.db'), path('as-a-kill-leaves-it.db'))
  expect(requestsIn(path('as-a-kill-leaves-it.db'))).toEqual([id])
})

it('a backup that is put in place while it runs is left alone, and our log does not stay beside it', async () => {
  const { path, accept, beat, store } = await open()
  const old = await accept()
  const db = new Database(path('posthorn.db'), { readonly: true })
  db.prepare('vacuum into ?').run(path('backup'))
  db.close()
  const late = await accept()
  const bytes = readFileSync(path('backup'))
  renameSync(path('backup'), path('posthorn.db'))
  await beat()
  expect(existsSync(path('posthorn.db-wal'))).toBe(false)
  writeFileSync(path('posthorn.db-wal'), 'of the backup')
  await store.close()
  expect(readFileSync(path('posthorn.db-wal'), 'utf8')).toBe('of the backup')
  expect(readFileSync(path('posthorn.db')).equals(bytes)).toBe(true)
  rmSync(path('posthorn.db-wal'))
  expect(requestsIn(path('posthorn.db'))).toEqual([old])
  expect(requestsIn(path('posthorn.db.rescued'))).toEqual(expect.arrayContaining([old, late]))
})
