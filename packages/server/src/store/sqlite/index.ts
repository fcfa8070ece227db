/** The embedded engine: one file, one process. Opened by `main.ts` and by tests only; rooms see the port. */
export { FolderInUseError } from './lock-folder.ts'
export { openSqlite, type SqliteOptions } from './open-sqlite.ts'
