import { existsSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { EntryId } from '#domain'
import { AppError } from '#domain/plain'
import { syncFolder } from '#platform/plain'
import { isCurrent } from '../../migrations/migrate.ts'
import { migrations } from '../../migrations/migrations.ts'
import { MoveRefusedError, type ContentsFile, type ContentsTable, type StoreContents } from '../../store-contents.ts'
import { alikeWithoutZero } from './alike-rows.ts'
import { EntryFolder } from './entry-folder.ts'
import { lockFolder } from './lock-folder.ts'
import { databasePath, entryFolder, movedPath } from './set-up.ts'

/** What only this file has need of, or what each store says of itself. */
const OWN = new Set(['migration', 'manual_task', 'health', 'session'])
const PAGE_ROWS = 500
const PAGE_BYTES = 4 * 1024 * 1024
const FILES_PAGE = 500

/** Takes the folder as a server would, and reads what is there. Rejects with `FolderInUseError` or `MoveRefusedError`. */
export function readContents(folder: string): StoreContents<string> {
  const path = databasePath(folder)
  if (!existsSync(path)) throw new MoveRefusedError(nothingAt(path))
  const unlock = lockFolder(folder)
  let db: Database.Database | undefined
  try {
    db = new Database(path, { fileMustExist: true })
    refuseOtherVersions(db, path)
    return contentsOf(db, { folder, path, unlock })
  } catch (error) {
    db?.close()
    unlock()
    throw error
  }
}

/** Why there is nothing to take from the place of a database file. */
export function nothingAt(path: string): string {
  const moved = movedPath(path)
  if (existsSync(moved)) return `The store of this folder was moved to PostgreSQL already, and its file is ${moved} now.`
  return `There is no database at ${path}. Name the data folder with POSTHORN_DATA or --data.`
}

/** Both places have the same tables, or a row of one would not fit the other. */
function refuseOtherVersions(db: Database.Database, path: string): void {
  const has = db.prepare<[string], unknown>("select 1 from sqlite_schema where type = 'table' and name = ?")
  const isThere = has.get('migration') !== undefined && has.get('store_key') !== undefined
  const found = isThere ? db.prepare<[], number>('select version from migration order by version').pluck().all() : []
  if (!isCurrent(found, migrations)) {
    throw new MoveRefusedError(`${path} was made by another release. Start this one on it once, stop it, and move it then.`)
  }
}

interface OpenContents {
  readonly folder: string
  readonly path: string
  readonly unlock: () => void
}

function contentsOf(db: Database.Database, { folder, path, unlock }: OpenContents): StoreContents<string> {
  const storeId = db.prepare<[], string>('select store_id from store_key where id = 1').pluck().get()
  if (storeId === undefined)
    throw new MoveRefusedError(`${path} has not been used yet. Start the server on it once, or begin on PostgreSQL.`)
  const names = db
    .prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name")
    .pluck()
  const close = (): void => {
    db.close()
    unlock()
  }
  const moving = names.all().filter((name) => !OWN.has(name))
  return {
    place: path,
    storeId,
    tables: moving.map((name) => tableOf(db, name)),
    alikeWithoutZero: () => alikeWithoutZero(db, moving),
    files: () => filesOf(db, new EntryFolder({ folder: entryFolder(folder), named: async () => new Set(), log: { warn() {} } })),
    async retire() {
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.close()
      // The log belongs to its file, should somebody who reads have kept it.
      for (const part of [`${path}-wal`, `${path}-shm`, path]) if (existsSync(part)) renameSync(part, movedPath(part))
      await syncFolder(folder)
      unlock()
      return movedPath(path)
    },
    close,
  }
}

function tableOf(db: Database.Database, name: string): ContentsTable {
  const columns = db.prepare<[string], string>('select name from pragma_table_info(?) order by cid').pluck().all(name)
  return {
    name,
    columns,
    *pages() {
      const rows = db.prepare<[], unknown[]>(`select ${columns.map((column) => `"${column}"`).join(', ')} from "${name}"`).raw()
      let page: unknown[][] = []
      let bytes = 0
      for (const row of rows.iterate()) {
        page.push(row)
        bytes += row.reduce<number>((sum, value) => sum + sizeOf(value), 0)
        if (page.length < PAGE_ROWS && bytes < PAGE_BYTES) continue
        yield page
        page = []
        bytes = 0
      }
      if (page.length > 0) yield page
    },
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
}

async function* filesOf(db: Database.Database, folder: EntryFolder): AsyncIterable<ContentsFile> {
  const page = db.prepare<[string, number], { id: EntryId; bytes: number }>(
    'select id, bytes from entry where id > ? and removed_at is null order by id limit ?',
  )
  for (let rows = page.all('', FILES_PAGE); rows.length > 0; rows = page.all(rows.at(-1)!.id, FILES_PAGE)) {
    for (const { id, bytes } of rows) {
      const pieces = folder.read(id, { start: 0, end: bytes })[Symbol.asyncIterator]()
      const first = await firstOf(pieces)
      try {
        yield first === undefined ? { id } : { id, bytes: behind(first, pieces) }
      } finally {
        await pieces.return?.()
      }
    }
  }
}

/** Undefined: the file is not there. One that cannot be read for another reason ends the move. */
async function firstOf(pieces: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | undefined> {
  try {
    return await pieces.next()
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

async function* behind(first: IteratorResult<Uint8Array>, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value
}
