import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeClock, silentLog } from '#platform'
import { worldOver, type Subject } from '../conformance/subject.ts'
import { openSqlite } from './open-sqlite.ts'

/** A fresh SQLite store in a folder of its own, on a clock that tests move. */
export async function openSqliteSubject(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-sqlite-'))
  const clock = createFakeClock()
  const store = await openSqlite({ folder, clock, log: silentLog })
  return {
    store,
    world: worldOver(store),
    now: async () => clock.now(),
    advance: async (ms) => clock.advance(ms),
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
