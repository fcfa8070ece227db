import { writeSync } from 'node:fs'
import { systemClock } from '#platform'
import { silentLog } from '#platform/testing'
import { openSqlite } from '#store/sqlite'
import { worldOver } from '../conformance/subject.ts'
import { createScene, delivered, laneUpdate, retry } from '../conformance/scene.ts'

/**
 * A process that accepts and settles until it kills itself as `kill -9` would, in the middle of a commit. It prints what was acknowledged,
 * and nothing before it was. Arguments: folder, failpoint, how often the failpoint is passed first.
 */
const [folder, point, passes] = process.argv.slice(2) as [string, string, string]
let left = Number(passes)

const store = await openSqlite({
  folder,
  clock: systemClock,
  log: silentLog,
  failpoint(at) {
    if (at === point && --left < 0) process.kill(process.pid, 'SIGKILL')
  },
})
const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`)
const now = async () => systemClock.now()
const scene = await createScene({ store, world: worldOver(store), now, advance: async () => {}, close: async () => {} })
const [good, bad] = [await scene.endpoint(), await scene.endpoint()]
const application = await scene.application()
const run = await scene.start()
say({ run, good, bad })

for (;;) {
  await Promise.all(
    [0, 1, 2].map(async () => {
      const message = scene.message([good, bad], { payload: Buffer.alloc(3000, 7) })
      const { tasks } = await store.accept(scene.session, [scene.operation({ application, messages: [message] })])
      say({ accepted: message.id, deliveries: message.deliveries.map((one) => one.id) })
      for (const task of tasks) {
        const next = task.lane === good ? delivered : retry
        await store.settle(
          scene.session,
          [next(task, scene.attempt(task))],
          [laneUpdate(task.lane, { failures: task.lane === good ? 0 : 3 })],
        )
        say({ settled: task.delivery, ok: task.lane === good })
      }
    }),
  )
}
