import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createCollectingLog, createFakeClock, silentLog } from '#platform/testing'
import { openSqliteSubject } from '../../test/store/sqlite/sqlite-subject.ts'
import { createRetention } from './retention.ts'

const DAYS = { logs: 30, files: 30, audit: 365 }
const MINUTE_MS = 60_000

/** Retention that always finds more, a chunk of which takes `chunkMs`; how long it paused after each. */
async function startEndless(chunkMs: number) {
  const clock = createFakeClock()
  await using stack = new AsyncDisposableStack()
  const subject = await openSqliteSubject()
  stack.defer(() => subject.close())
  const pauses: number[] = []
  let endedAt: number | undefined
  const retain = async () => {
    if (endedAt !== undefined) pauses.push(clock.monotonic() - endedAt)
    await new Promise<void>((resolve) => void clock.after(chunkMs, resolve))
    endedAt = clock.monotonic()
    return 1
  }
  const retention = createRetention({ store: { ...subject.store, retain }, clock, log: silentLog, days: DAYS })
  stack.defer(async () => {
    const stopped = retention.stop()
    // The chunk that is under way ends.
    await clock.run(chunkMs)
    await stopped
  })
  retention.start()
  const held = stack.move()
  return { clock, pauses, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

it.each([
  { chunkMs: 1, pauseMs: 20 },
  { chunkMs: 30, pauseMs: 90 },
  { chunkMs: 500, pauseMs: 200 },
])('a chunk that took $chunkMs ms is followed by a pause of $pauseMs ms', async ({ chunkMs, pauseMs }) => {
  await using endless = await startEndless(chunkMs)
  await endless.clock.run(5000)
  expect(endless.pauses.length).toBeGreaterThan(5)
  expect(new Set(endless.pauses)).toEqual(new Set([pauseMs]))
})

it('F32: a sweep that takes longer than until the next one pauses least, so that a busy store does not grow without end', async () => {
  await using endless = await startEndless(500)
  await endless.clock.run(10 * MINUTE_MS)
  expect(endless.pauses.at(-1)).toBe(200)
  await endless.clock.run(5000)
  expect(endless.pauses.at(-1)).toBe(20)
})

it('what keeps one part of it from its end keeps no other', async () => {
  const clock = createFakeClock()
  const log = createCollectingLog()
  await using stack = new AsyncDisposableStack()
  const subject = await openSqliteSubject()
  stack.defer(() => subject.close())
  const done: string[] = []
  const stuck = (name: string) => async () => {
    done.push(name)
    throw new TypeError(name)
  }
  const { store } = subject
  const queries = { ...store.queries, lanes: { ...store.queries.lanes, removedWithTasks: stuck('lanes') } }
  const files = { ...store.files, sweep: stuck('files') }
  const retention = createRetention({
    ...{ clock, log, days: DAYS },
    store: { ...store, queries, files, retain: stuck('rows'), purgeEntries: stuck('entries') },
  })
  stack.defer(() => retention.stop())
  retention.start()
  await clock.run(1000)
  expect(done).toEqual(['lanes', 'rows', 'entries', 'files'])
  expect(log.entries.map(({ event }) => event)).toEqual(done.map(() => 'store.retention.failed'))
})

it('F29: stops between two removals of files, however many are left', async () => {
  const clock = createFakeClock()
  await using stack = new AsyncDisposableStack()
  const subject = await openSqliteSubject()
  stack.defer(() => subject.close())
  const begun = Promise.withResolvers<void>()
  let left = 1000
  const purgeEntries = async () => {
    begun.resolve()
    await setImmediate()
    return left === 0 ? 0 : left--
  }
  const retention = createRetention({ store: { ...subject.store, purgeEntries }, clock, log: silentLog, days: DAYS })
  retention.start()
  await clock.run(1000)
  await begun.promise
  await retention.stop()
  expect(left).toBeGreaterThan(500)
})
