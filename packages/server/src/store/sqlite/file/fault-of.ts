import Database from 'better-sqlite3'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import type { StoreFault } from '../../store-health.ts'

/**
 * The disk or the file failed, not the data of a call. A full disk has several names: SQLite's own where a write finds no room, and
 * others where the shared memory beside the log cannot grow. What a failed sync left behind nobody knows, and a second one would lie.
 */
const faults: readonly (readonly [RegExp, StoreFault])[] = [
  [/^SQLITE_(FULL|IOERR_SHMSIZE)/, 'full'],
  [/^SQLITE_IOERR_(DIR_)?FSYNC/, 'sync_failed'],
  [/^SQLITE_(CORRUPT|NOTADB|IOERR_CORRUPTFS|IOERR_DATA)/, 'corrupt'],
  [/^SQLITE_READONLY/, 'read_only'],
  [/^SQLITE_(IOERR|BUSY|LOCKED|CANTOPEN|NOMEM|PROTOCOL|PERM|NOLFS)/, 'unavailable'],
]

/** Of files beside the database. */
const fileFaults: Readonly<Record<string, StoreFault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'read_only',
  EACCES: 'read_only',
  EIO: 'unavailable',
  EMFILE: 'unavailable',
}

export function faultOf(error: unknown): StoreFault | undefined {
  if (error instanceof CommitUnknownError) return faultOf(error.cause)
  if (error instanceof Database.SqliteError) return faults.find(([codes]) => codes.test(error.code))?.[1]
  return error instanceof Error && 'syscall' in error && 'code' in error ? fileFaults[String(error.code)] : undefined
}

/** What the log says to an operator, with the file. */
export function adviceAbout(file: string): Partial<Record<StoreFault, string>> {
  return {
    full: `Make room for ${file}. It goes on by itself.`,
    read_only: `${file} cannot be written. Mount it, or give it back, for writing; it goes on by itself.`,
    corrupt: `${file} is damaged. Stop Posthorn, run "posthorn check" to see which tables, and restore a backup (docs/operations.md).`,
    sync_failed: `Look at the disk of ${file}, then start Posthorn again.`,
  }
}
