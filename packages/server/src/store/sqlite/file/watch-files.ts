import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#domain'
import type { StoreHealth } from '../../store-health.ts'

/** Whether the files that are open are still the ones that the next start will find. */
export interface FileWatch {
  /** Before a transaction: is the log there, and whole? Throws; then nothing is kept. */
  before(): void
  /** After a commit, before anybody is told of it: is it in the files that the next start finds? Throws. */
  after(): void
  /** With each beat, so that it is said also where nobody writes. Never throws. */
  look(): void
  /** What is wrong now. */
  readonly loss: Loss | undefined
  /** When the database is closed, not before: closing a file lets go of all locks that the process has on it. */
  close(): void
}

export interface Loss {
  readonly file: string
  readonly which: 'db' | 'wal' | 'lock'
  /** `moved`: removed, renamed, or its folder was. `replaced`: another file has its name. `cut`: it is shorter than what was written. */
  readonly how: 'moved' | 'replaced' | 'cut'
}

export interface FileWatchOptions {
  readonly folder: string
  readonly health: Pick<StoreHealth, 'begin' | 'end'>
  /** Brings all that is in the log into the main file, whatever their names are now. */
  readonly checkpoint: () => void
}

/** Of SQLite's shared memory: how many frames of the log count. 0 after somebody copied all of them into the main file and emptied it. */
const FRAMES_AT = 16

/**
 * SQLite goes on writing to files that have no name any more, and what it syncs there is gone with the process. So who they are is
 * compared around each commit: behind it the database is looked up by its name (3 us), because a folder that was moved away keeps its
 * files; around it its log is asked whether it has a name (1 us), and for its length, because one that was cut short is only missed at the
 * next start.
 */
export function watchFiles({ folder, health, checkpoint }: FileWatchOptions): FileWatch {
  const paths = { db: join(folder, 'posthorn.db'), wal: join(folder, 'posthorn.db-wal'), lock: join(folder, 'posthorn.lock') }
  const own = { db: statSync(paths.db), wal: statSync(paths.wal), lock: statSync(paths.lock) }
  const wal = openSync(paths.wal, 'r')
  const shm = openSync(`${paths.db}-shm`, 'r')
  const frames = Buffer.alloc(4)
  let walBytes = own.wal.size
  let loss: Loss | undefined

  const lossOf = (file: keyof typeof paths): Loss | undefined => {
    const found = statSync(paths[file], { throwIfNoEntry: false })
    const about = { file: paths[file], which: file }
    if (found === undefined) return { ...about, how: 'moved' }
    if (!isSame(found, own[file])) return { ...about, how: 'replaced' }
    return file === 'db' && found.size === 0 ? { ...about, how: 'cut' } : undefined
  }

  /** The log is emptied by others too: `wal_checkpoint(TRUNCATE)` of the sqlite3 program. Then nothing of it counts. */
  const isCut = (log: Stats): boolean => {
    if (log.size >= walBytes) return false
    readSync(shm, frames, 0, 4, FRAMES_AT)
    return frames.readUInt32LE() > 0
  }

  const removedLog: Loss = { file: paths.wal, which: 'wal', how: 'moved' }
  const lossOfLog = (log: Stats): Loss | undefined =>
    log.nlink === 0 ? removedLog : isCut(log) ? { file: paths.wal, which: 'wal', how: 'cut' } : undefined

  const note = (found: Loss | undefined): void => {
    // What was cut off does not come back.
    if (loss?.how === 'cut') return
    const isNews = found !== undefined && loss === undefined
    loss = found
    if (found === undefined) return health.end('files')
    health.begin('files', troubleOf(found, paths.db))
    if (isNews) secure(found)
  }

  /**
   * What was acknowledged until now is brought into the main file, wherever that is, so that it needs no log. And our log does not stay
   * beside another database: the next start would write it into that one.
   */
  const secure = ({ which, how }: Loss): void => {
    if (how === 'cut' || which === 'lock') return
    try {
      checkpoint()
      if (which === 'db' && how === 'replaced' && lossOf('wal') === undefined) for (const end of ['-wal', '-shm']) rmSync(paths.db + end)
    } catch (error) {
      health.begin('files', troubleOf({ file: paths[which], which, how }, paths.db), error)
    }
  }

  const throwIfLost = (found: Loss | undefined): void => {
    note(found)
    if (loss !== undefined) throw new AppError('store_lost', { detail: troubleOf(loss, paths.db).detail })
  }

  return {
    before() {
      // What is wrong stays so until the names are looked up and all is well; what goes wrong from here on is seen behind the commit.
      const found = lossOfLog(fstatSync(wal)) ?? (loss === undefined ? undefined : lossOf('db'))
      if (found !== undefined || loss !== undefined) throwIfLost(found)
    },
    after() {
      const log = fstatSync(wal)
      const found = lossOf('db') ?? (log.nlink === 0 ? removedLog : undefined)
      if (found !== undefined || loss !== undefined) throwIfLost(found)
      walBytes = log.size
    },
    look() {
      // Whoever removes the lock lets a second process in, which would send what this one sends.
      const found = lossOf('db') ?? lossOf('wal') ?? lossOf('lock') ?? lossOfLog(fstatSync(wal))
      if (found !== undefined || loss !== undefined) note(found)
    },
    get loss() {
      return loss
    },
    close() {
      closeSync(wal)
      closeSync(shm)
    },
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}

const words = {
  moved: 'was removed or moved away',
  replaced: 'was replaced by another file',
  cut: 'was cut short',
} as const

function troubleOf({ file, which, how }: Loss, db: string) {
  const detail = `A file of the store ${words[how]} while Posthorn runs, so nothing is acknowledged.`
  return { code: 'store_lost', detail, advice: `${file} ${words[how]}. ${wayOut({ which, how }, db)}`, refusesWrites: true } as const
}

function wayOut({ which, how }: Pick<Loss, 'which' | 'how'>, db: string): string {
  if (which === 'lock') return 'See that no other process uses the folder, and start Posthorn again.'
  if (which === 'wal' && how !== 'cut') return `Start Posthorn again; all that was acknowledged is in ${db}.`
  const rescue = `Stop Posthorn with SIGTERM, not with kill -9: what it holds is put into ${db}.rescued. Then start on that, or on a backup, as ${db}.`
  return how === 'moved' ? `Put it back, and Posthorn goes on by itself. Or: ${rescue}` : rescue
}
