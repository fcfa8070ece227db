import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#domain/plain'
import type { StoreHealth } from '../../store-health.ts'
import { troubleOf, type Loss } from './file-loss.ts'

export interface FileWatchOptions {
  readonly folder: string
  readonly health: Pick<StoreHealth, 'begin' | 'end'>
  /** Brings all that is in the log into the main file, whatever their names are now. */
  readonly checkpoint: () => void
}

/** Of SQLite's shared memory: how many frames of the log count. 0 after somebody copied all of them into the main file and emptied it. */
const FRAMES_AT = 16

type Which = Loss['which']

/**
 * Whether the files that are open are still the ones that the next start will find. SQLite goes on writing to files that have no name any more, and what it syncs there is gone with the process. So who they are is
 * compared around each commit: behind it the database is looked up by its name (3 us), because a folder that was moved away keeps its
 * files; around it its log is asked whether it has a name (1 us), and for its length, because one that was cut short is only missed at the
 * next start.
 *
 *   whole --a file was moved or replaced--> lost --all have their names again--> whole
 *   any   --a file was cut short--> lost, for good: what was cut off does not come back
 *
 * What must hold: while something is lost, nothing is kept and nobody hears that anything was.
 */
export class FileWatch {
  readonly #health: FileWatchOptions['health']
  readonly #checkpoint: () => void
  readonly #paths: Readonly<Record<Which, string>>
  /** As they were when they were opened. */
  readonly #own: Readonly<Record<Which, Stats>>
  readonly #wal: number
  readonly #shm: number
  readonly #frames = Buffer.alloc(4)
  readonly #removedLog: Loss
  #walBytes: number
  #loss: Loss | undefined

  constructor({ folder, health, checkpoint }: FileWatchOptions) {
    this.#health = health
    this.#checkpoint = checkpoint
    const paths = { db: join(folder, 'posthorn.db'), wal: join(folder, 'posthorn.db-wal'), lock: join(folder, 'posthorn.lock') }
    this.#paths = paths
    this.#own = { db: statSync(paths.db), wal: statSync(paths.wal), lock: statSync(paths.lock) }
    this.#wal = openSync(paths.wal, 'r')
    this.#shm = openSync(`${paths.db}-shm`, 'r')
    this.#removedLog = { file: paths.wal, which: 'wal', how: 'moved' }
    this.#walBytes = this.#own.wal.size
  }

  /** What is wrong now. */
  get loss(): Loss | undefined {
    return this.#loss
  }

  /** Before a transaction: is the log there, and whole? Throws; then nothing is kept. */
  before(): void {
    // What is wrong stays so until the names are looked up and all is well; what goes wrong from here on is seen behind the commit.
    const found = this.#lossOfLog(fstatSync(this.#wal)) ?? (this.#loss === undefined ? undefined : this.#lossOf('db'))
    if (found !== undefined || this.#loss !== undefined) this.#throwIfLost(found)
  }

  /** After a commit, before anybody hears of it: is it in the files that the next start finds? Throws. */
  after(): void {
    const log = fstatSync(this.#wal)
    const found = this.#lossOf('db') ?? (log.nlink === 0 ? this.#removedLog : undefined)
    if (found !== undefined || this.#loss !== undefined) this.#throwIfLost(found)
    this.#walBytes = log.size
  }

  /** With each beat, so that it is said also where nobody writes. Never throws. */
  look(): void {
    // Whoever removes the lock lets a second process in, which would send what this one sends.
    const found = this.#lossOf('db') ?? this.#lossOf('wal') ?? this.#lossOf('lock') ?? this.#lossOfLog(fstatSync(this.#wal))
    if (found !== undefined || this.#loss !== undefined) this.#note(found)
  }

  /** When the database is closed, not before: closing a file lets go of all locks that the process has on it. */
  close(): void {
    closeSync(this.#wal)
    closeSync(this.#shm)
  }

  #lossOf(which: Which): Loss | undefined {
    const file = this.#paths[which]
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined) return { file, which, how: 'moved' }
    if (!isSame(found, this.#own[which])) return { file, which, how: 'replaced' }
    return which === 'db' && found.size === 0 ? { file, which, how: 'cut' } : undefined
  }

  #lossOfLog(log: Stats): Loss | undefined {
    if (log.nlink === 0) return this.#removedLog
    return this.#isCut(log) ? { file: this.#paths.wal, which: 'wal', how: 'cut' } : undefined
  }

  /** The log is emptied by others too: `wal_checkpoint(TRUNCATE)` of the sqlite3 program. Then nothing of it counts. */
  #isCut(log: Stats): boolean {
    if (log.size >= this.#walBytes) return false
    readSync(this.#shm, this.#frames, 0, 4, FRAMES_AT)
    return this.#frames.readUInt32LE() > 0
  }

  #throwIfLost(found: Loss | undefined): void {
    this.#note(found)
    if (this.#loss !== undefined) throw new AppError('store_lost', { detail: troubleOf(this.#loss, this.#paths.db).detail })
  }

  #note(found: Loss | undefined): void {
    if (this.#loss?.how === 'cut') return
    const isNews = found !== undefined && this.#loss === undefined
    this.#loss = found
    if (found === undefined) return this.#health.end('files')
    this.#health.begin('files', troubleOf(found, this.#paths.db))
    if (isNews) this.#secure(found)
  }

  /**
   * What was acknowledged until now is brought into the main file, wherever that is, so that it needs no log. And our log does not stay
   * beside another database: the next start would write it into that one.
   */
  #secure(loss: Loss): void {
    const { db } = this.#paths
    if (loss.how === 'cut' || loss.which === 'lock') return
    try {
      this.#checkpoint()
      const isForeign = loss.which === 'db' && loss.how === 'replaced' && this.#lossOf('wal') === undefined
      if (isForeign) for (const end of ['-wal', '-shm']) rmSync(db + end)
    } catch (error) {
      this.#health.begin('files', troubleOf(loss, db), error)
    }
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}
