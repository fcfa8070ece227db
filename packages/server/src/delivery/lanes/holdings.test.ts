import type { DeliveryId } from '#domain'
import type { Lane, LoadedDelivery, Task } from '#store'
import { expect, it } from 'vitest'
import { Holdings, LANE_TASKS_MAX, TASKS_MAX } from './holdings.ts'

const AT = { monotonic: 10, now: 10 }

const row = (lane: string, part: Partial<Lane> = {}): Lane => ({
  ...{ lane, application: 'app_1', epoch: 1, failures: 0, circuitUntil: 0, blockedUntil: 0, takeovers: 0 },
  ...part,
})

let count = 0
const task = (lane: string, part: Partial<Task> = {}): Task => ({
  lane,
  due: 5,
  delivery: `dlv_${count++}` as DeliveryId,
  manual: false,
  ...part,
})
const content = { payload: new Uint8Array(10) } as LoadedDelivery

it('takes each task once, and none of a lane that is not held', () => {
  const holdings = new Holdings()
  holdings.hold(row('a'), AT)
  const one = task('a')
  expect(holdings.receive(one, 10)?.lane).toBe('a')
  expect(holdings.receive(one, 10)).toBeUndefined()
  expect(holdings.receive({ ...one, due: 9, manual: true }, 10)).toBeUndefined()
  expect(holdings.receive(task('b'), 10)).toBeUndefined()
  expect(holdings.tasks).toBe(1)
})

it('what one lane may have in hand is bounded, and it remembers that there is more', () => {
  const holdings = new Holdings()
  holdings.hold(row('a'), AT)
  for (let i = 0; i < LANE_TASKS_MAX + 1; i++) holdings.receive(task('a'), 10)
  expect(holdings.tasks).toBe(LANE_TASKS_MAX)
  expect(holdings.lanes.get('a')!.more).toBe(true)
})

it('what was just created leaves room for what was due before', () => {
  const holdings = new Holdings()
  for (let lane = 0; lane < 10; lane++) {
    holdings.hold(row(`${lane}`), AT)
    for (let i = 0; i < 2000; i++) holdings.receive(task(`${lane}`), 10, content)
  }
  expect(holdings.tasks).toBe(TASKS_MAX / 2)
  expect(holdings.contentBytes).toBe(10 * holdings.tasks)
  for (let i = 0; i < 20_000; i++) holdings.receive(task(`${i % 10}`), 10)
  expect(holdings.tasks).toBe(TASKS_MAX)
})

it('what is put back may come again, what was settled may not', () => {
  const holdings = new Holdings()
  holdings.hold(row('a'), AT)
  const [back, settled, kept] = [task('a'), task('a'), task('a')]
  const lane = holdings.receive(settled, 10, content)!
  holdings.receive(kept, 10)
  holdings.receive(back, 10, content)
  holdings.finish(lane, holdings.next(lane), { settled: true, monotonic: 10 })
  holdings.finish(lane, holdings.next(lane), { settled: false, monotonic: 10 })
  holdings.putBack(lane)
  expect(holdings).toMatchObject({ tasks: 0, contentBytes: 0 })
  expect(lane.more).toBe(true)
  expect([back, settled, kept].map((one) => holdings.receive(one, 10) !== undefined)).toEqual([true, false, true])
})

it('a lane that was taken anew takes the place of the one that was held under an older epoch, and never the other way round', () => {
  const holdings = new Holdings()
  holdings.hold(row('a', { epoch: 2 }), AT)
  const old = holdings.receive(task('a'), 10)!
  holdings.hold(row('a', { epoch: 2 }), AT)
  holdings.hold(row('a', { epoch: 1 }), AT)
  expect(holdings.lanes.get('a')).toBe(old)
  holdings.hold(row('a', { epoch: 3 }), AT)
  expect(holdings.lanes.get('a')).not.toBe(old)
  expect(old.life.signal.aborted).toBe(true)
  expect(holdings.tasks).toBe(0)
  // What the former one still has under way changes nothing here.
  holdings.remove(old)
  holdings.finish(old, { task: task('a'), content: undefined, since: 0 }, { settled: false, monotonic: 10 })
  expect(holdings.lanes.size).toBe(1)
  expect(holdings.tasks).toBe(0)
})

it('forgets all at once', () => {
  const holdings = new Holdings()
  holdings.hold(row('a'), AT)
  const lane = holdings.receive(task('a'), 10, content)!
  holdings.receive(task('a'), 10, content)
  const started = holdings.next(lane)
  holdings.forget()
  expect(holdings).toMatchObject({ tasks: 0, contentBytes: 0 })
  expect(holdings.lanes.size).toBe(0)
  expect(lane.life.signal.aborted).toBe(true)
  holdings.finish(lane, started, { settled: false, monotonic: 10 })
  expect(holdings.tasks).toBe(0)
})
