import { rmSync } from 'node:fs'
import { createFakeClock, silentLog } from '#platform/testing'
import type { Store } from '#store'
import { openSqlite } from '#store/sqlite'
import { storeFolder } from '../../../../../test/support/store-folder.ts'
import { worldOver, type Subject } from '../conformance/subject.ts'

class PlantedFailure extends Error {}

/**
 * A fresh SQLite store in a folder of its own, on a clock that tests move. `flaky`: each transaction fails once just before its commit,
 * and whoever asked for it tries again. `idleLanesMax`: how many lanes without work stay in memory.
 */
export async function openSqliteSubject({ flaky = false, idleLanesMax = 1000 } = {}): Promise<Subject> {
  const folder = await storeFolder('sqlite')
  const clock = createFakeClock()
  let failing = false
  const failpoint = (at: string) => {
    if (!flaky || at !== 'applied') return
    failing = !failing
    if (failing) throw new PlantedFailure()
  }
  const opened = await openSqlite({ folder, clock, log: silentLog, failpoint, idleLanesMax })
  const store = flaky ? withSecondTry(opened) : opened
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

/** The store, with each rejected call made once more. */
function withSecondTry(store: Store): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver)
      if (typeof member !== 'function') return member
      return (...parameters: unknown[]) => {
        const call = () => member.apply(target, parameters)
        const answer: unknown = call()
        if (!(answer instanceof Promise)) return answer
        return answer.catch((error: unknown) => {
          if (error instanceof PlantedFailure) return call()
          throw error
        })
      }
    },
  })
}
