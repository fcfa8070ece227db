import { rmSync } from 'node:fs'
import { createFakeClock, silentLog } from '#platform/testing'
import { openThreadedSqlite } from '#store/sqlite'
import { storeFolder } from '../../../../../test/support/store-folder.ts'
import { worldOver, type Subject } from '../conformance/subject.ts'

/** A fresh SQLite store whose file has a thread of its own, in a folder of its own; tests move the clock of both threads. */
export async function openThreadedSubject(): Promise<Subject> {
  const folder = await storeFolder('threaded')
  const clock = createFakeClock()
  const time = new SharedArrayBuffer(16)
  const times = new Float64Array(time)
  const show = () => times.set([clock.now(), clock.monotonic()])
  show()
  const onDeath = (error: Error) => {
    throw error
  }
  const store = await openThreadedSqlite({ folder, clock, log: silentLog, time, onDeath })
  return {
    store,
    world: worldOver(store),
    now: async () => clock.now(),
    async advance(ms) {
      clock.advance(ms)
      show()
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
