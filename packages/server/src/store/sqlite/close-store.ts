import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Log } from '#platform'
import { syncFolder } from '#platform/plain'
import type { EngineParts } from './engine-calls.ts'
import { faultOf } from './file/fault-of.ts'

/** Finishes what was asked for, and leaves the files so that the next start finds all of it. */
export async function closeStore({ engine: { db }, queue, files }: EngineParts, log: Pick<Log, 'warn' | 'error'>): Promise<void> {
  await queue.close()
  files.look()
  const { loss } = files
  const isWhole = loss === undefined || loss.which === 'lock' || (loss.which === 'wal' && loss.how !== 'cut')
  try {
    if (isWhole) {
      db.prepare('delete from session').run()
      db.pragma('wal_checkpoint(TRUNCATE)')
    } else await rescue(db, log)
  } catch (error) {
    // A disk that takes nothing more has been reported. The next start finds what a crash would have left.
    if (faultOf(error) === undefined) throw error
  } finally {
    // Closing brings the log into the main file and removes it by its name: not where it was cut short, or another one has its name.
    if (isWhole || loss.how === 'moved') {
      db.close()
      files.close()
    }
  }
}

/** What the next start would not find is put beside it, whole or not at all. */
async function rescue(db: Database, log: Pick<Log, 'warn' | 'error'>): Promise<void> {
  const path = `${db.name}.rescued`
  try {
    rmSync(`${path}.draft`, { force: true })
    db.prepare('vacuum into ?').run(`${path}.draft`)
    renameSync(`${path}.draft`, path)
    await syncFolder(dirname(path))
    log.warn('store.files.rescued', { path })
  } catch (error) {
    log.error('store.files.not_rescued', { path, error })
  }
}
