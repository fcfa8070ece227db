import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Another process has the data folder. */
export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(
      `The data folder ${folder} is in use by another Posthorn process. Stop that one first, or give this one a folder of its own (POSTHORN_DATA).`,
    )
    this.name = 'FolderInUseError'
  }
}

/** A process that is just ending gets so long to let go. */
const WAIT_MS = 1000

/**
 * Takes the folder for this process until the returned function is called or the process ends, however it ends. The lock is the
 * operating system's own, held by SQLite on an empty database beside ours; so ours stays open to others for reading (a backup,
 * the sqlite3 program). A file with a process id would outlive kill -9.
 */
export function lockFolder(folder: string): () => void {
  const lock = new Database(join(folder, 'posthorn.lock'), { timeout: WAIT_MS })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    throw isBusy(error) ? new FolderInUseError(folder) : error
  }
  return () => {
    lock.close()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
