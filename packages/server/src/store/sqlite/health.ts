import type { UpkeepStore } from '../port/upkeep.ts'
import type { Engine } from './engine.ts'
import type { Claiming } from './lanes/claim.ts'
import type { WriteQueue } from './writes/write-queue.ts'

export function createHealth(engine: Engine, queue: WriteQueue, claiming: Claiming): UpkeepStore['health'] {
  const probe = prepareProbe(engine)
  return async (roomBytes = 0) => {
    if (roomBytes > 0) {
      // What the last probe took is given back first, or it would fit into its own room.
      await queue.write(() => probe(0))
      await queue.write(() => probe(roomBytes))
    }
    await queue.write(() => probe(0))
    return { oldestDueMs: claiming.oldestDueMs() }
  }
}

/** A real write of so many bytes, read back. It throws if the disk does not take it. */
function prepareProbe({ db, clock }: Engine): (roomBytes: number) => void {
  const put = db.prepare(`insert into health (id, at, room) values (1, @now, iif(@bytes = 0, null, zeroblob(@bytes)))
    on conflict (id) do update set at = excluded.at, room = excluded.room`)
  const read = db.prepare<[], number>('select at from health where id = 1').pluck()
  return (bytes) => {
    const now = clock.now()
    put.run({ now, bytes })
    if (read.get() !== now) throw new Error('The store does not give back what was written to it.')
  }
}
