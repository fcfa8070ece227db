import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { makeFolder, type Clock, type Log } from '#platform'
import { syncFolder } from '#platform/plain'
import { MoveRefusedError, type MovedAmount, type StoreContents } from '../../store-contents.ts'
import type { TableProgress } from '../../table-progress.ts'
import { EntryFolder } from './entry-folder.ts'
import { lockFolder } from './lock-folder.ts'
import { openFile } from './open-file.ts'
import { databasePath, entryFolder, MAKING } from './set-up.ts'

export interface FillFileOptions {
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly progress: (progress: TableProgress) => void
}

/** A data folder that takes over another store. While it is open nobody serves the folder. */
export interface FolderToFill {
  /** Where the database will be. */
  readonly path: string
  /** Copies all of it beside the place where it is served, under this mark, and is sure that it is on disk. */
  copy(contents: StoreContents, mark: number): Promise<MovedAmount>
  /** Puts what was copied under this mark where it is served. False: there is no such copy. */
  place(mark: number): Promise<boolean>
  close(): void
}

/** Takes a folder that has no database. Rejects with `FolderInUseError` or `MoveRefusedError`. */
export function openFolderToFill({ folder, clock, log, progress }: FillFileOptions): FolderToFill {
  makeFolder(folder)
  const close = lockFolder(folder)
  const path = databasePath(folder)
  if (existsSync(path)) {
    close()
    throw new MoveRefusedError(`There is a database at ${path} already. Name a data folder without one with POSTHORN_DATA or --data.`)
  }
  const makingOf = (mark: number) => join(folder, `${MAKING}${mark}`)
  return {
    path,
    async copy(contents, mark) {
      // Of moves that were ended before the database was marked.
      for (const name of readdirSync(folder)) if (name.startsWith(MAKING)) rmSync(join(folder, name), { recursive: true })
      const making = makingOf(mark)
      mkdirSync(making, { mode: 0o700 })
      const db = await openFile({ folder: making, clock })
      const rows = await copyRows(db, contents, progress).finally(() => db.close())
      const files = await copyFiles(new EntryFolder({ folder: entryFolder(folder), named: async () => new Set(), log }), contents, progress)
      await syncFolder(making)
      await syncFolder(folder)
      return { rows, ...files }
    },
    async place(mark) {
      const making = makingOf(mark)
      if (!existsSync(databasePath(making))) return false
      renameSync(databasePath(making), path)
      await syncFolder(folder)
      rmSync(making, { recursive: true, force: true })
      return true
    },
    close,
  }
}

async function copyRows(db: Database, { tables }: StoreContents, progress: FillFileOptions['progress']): Promise<number> {
  let all = 0
  db.exec('begin immediate')
  for (const { name, columns, pages } of tables) {
    // Migrations have put rows into some.
    db.exec(`delete from "${name}"`)
    const list = columns.map((column) => `"${column}"`).join(', ')
    const insert = db.prepare(`insert into "${name}" (${list}) values (${columns.map(() => '?').join(', ')})`)
    let rows = 0
    for await (const page of pages()) {
      for (const row of page) insert.run(...row)
      rows += page.length
      progress({ table: name, rows, done: false })
    }
    progress({ table: name, rows, done: true })
    all += rows
  }
  // Who owns a lane, and when it is due, its process has in memory.
  db.exec('update lane set owner = null, epoch = 0')
  db.exec('insert into manual_task (delivery, due, lane) select delivery, due, lane from task where manual = 1')
  db.exec('commit')
  db.pragma('wal_checkpoint(TRUNCATE)')
  return all
}

async function copyFiles(
  folder: EntryFolder,
  contents: StoreContents,
  progress: FillFileOptions['progress'],
): Promise<Pick<MovedAmount, 'files' | 'filesMissing'>> {
  let files = 0
  let filesMissing = 0
  for await (const { id, bytes } of contents.files()) {
    if (bytes === undefined) {
      filesMissing++
      continue
    }
    // What an earlier move left that was killed.
    await folder.discard([id])
    const writer = await folder.create(id)
    for await (const part of bytes) await writer.write(part)
    await writer.finish()
    await folder.keep([id])
    progress({ table: 'files', rows: ++files, done: false })
  }
  progress({ table: 'files', rows: files, done: true })
  return { files, filesMissing }
}
