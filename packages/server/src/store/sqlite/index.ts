/**
 * The embedded store. Keeps the port on one SQLite file that one process has to itself; only the front door and tests import it,
 * everyone else knows the port.
 */
export { NewerDatabaseError } from '../migrations/migrate.ts'
export { checkFile } from './file/check-file.ts'
export { openFolderToFill } from './file/fill-file.ts'
export { FolderInUseError } from './file/lock-folder.ts'
export { readContents } from './file/read-contents.ts'
export { resealFile } from './file/reseal-file.ts'
export { openEmbedded, type EmbeddedOptions } from './open-embedded.ts'
export { openSqlite, type SqliteOptions } from './open-sqlite.ts'
export { openThreadedSqlite } from './thread/open-threaded.ts'
