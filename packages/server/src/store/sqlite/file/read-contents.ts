import { existsSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { EntryId } from '#domain'
import { AppError } from '#domain/plain'
import { syncFolder } from '#platform/plain'
import { isCurrent } from '../../migrations/migrate.ts'
import { migrations } from '../../migrations/migrations.ts'
import { MoveRefusedError, type ContentsFile, type ContentsTable, type LeavingContents } from '../../store-contents.ts'
import { alikeWithoutZero } from './alike-rows.ts'
import { EntryFolder } from './entry-folder.ts'
import { lockFolder } from './lock-folder.ts'
import { databasePath, entryFolder, movedPath, movingPath, nothingAt } from './set-up.ts'

/** What only this file has need of, or what each store says of itself. */
const OWN = new Set(['migration', 'manual_task', 'health', 'session'])
const PAGE_ROWS = 500
const PAGE_BYTES = 4 * 1024 * 1024
const FILES_PAGE = 500

/** Takes the folder as a server would, and reads what is there. Rejects with `FolderInUseError` or `MoveRefusedError`. */
export function readContents(folder: string): LeavingContents {
  const path = whereItIs(databasePath(folder))
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

/** At its place, or where a move that was cut short has put it. */
function whereItIs(path: string): string {
  const moving = movingPath(path)
  if (!existsSync(moving)) {
    if (existsSync(path)) return path
    throw new MoveRefusedError(nothingAt(path))
  }
  if (!existsSync(path)) return moving
  throw new MoveRefusedError(`${moving} is of a move that was cut short, and there is another database at ${path}. Take one of them away.`)
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

function contentsOf(db: Database.Database, { folder, path, unlock }: OpenContents): LeavingContents {
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
  let at = path
  const rename = async (to: string): Promise<void> => {
    // The log belongs to its file, should somebody who reads have kept it.
    for (const part of ['-wal', '-shm', '']) if (existsSync(at + part)) renameSync(at + part, to + part)
    at = to
    await syncFolder(folder)
  }
  const leave = async (): Promise<void> => {
    if (db.open) db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    await rename(movingPath(databasePath(folder)))
  }
  const carried = names.all().filter((name) => !OWN.has(name))
  return {
    place: path,
    storeId,
    tables: carried.map((name) => tableOf(db, name)),
    alikeWithoutZero: () => alikeWithoutZero(db, carried),
    files: () => filesOf(db, new EntryFolder({ folder: entryFolder(folder), named: async () => new Set(), log: { warn() {} } })),
    leave,
    async retire() {
      await leave()
      await rename(movedPath(databasePath(folder)))
      unlock()
      return at
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
