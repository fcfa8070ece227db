import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

const queueOf = <Item>(costs: Readonly<Record<string, number>> = {}, sizeMax = 1000) => {
  const time = { now: 0 }
  const queue = createFairQueue<Item>({ sizeMax, monotonic: () => time.now, costMs: (owner) => costs[owner] ?? 0 })
  return { queue, time }
}

it('lets owners of equal cost take turns, and keeps the order of each', () => {
  const { queue } = queueOf<string>()
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item[0]!, item)
  expect(queue.size).toBe(6)
  expect(Array.from({ length: 7 }, () => queue.shift())).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined])
  expect(queue.size).toBe(0)
})

it('an owner with little use overtakes all that used more, and nobody waits for ever', () => {
  const costs: Record<string, number> = { dear: 500, cheap: 3 }
  const { queue, time } = queueOf<string>(costs)
  queue.push('dear', 'dear')
  queue.push('cheap', 'cheap1')
  expect(queue.shift()).toBe('cheap1')
  for (let turns = 1; ; turns++) {
    time.now += 1000
    queue.push('cheap', 'cheap')
    if (queue.shift() === 'cheap') continue
    expect(turns).toBe(25)
    return
  }
})

it('gives only what may be taken now, and leaves the rest where it is', () => {
  const { queue } = queueOf<string>({ a: 1, b: 2 })
  for (const item of ['a1', 'b1', 'a2']) queue.push(item[0]!, item)
  expect(queue.shift((owner) => owner === 'b')).toBe('b1')
  expect(queue.shift((owner) => owner === 'b')).toBeUndefined()
  expect([queue.shift(), queue.shift()]).toEqual(['a1', 'a2'])
})

it('is full for whoever filled it: another owner takes the place of the newest job of the longest line', () => {
  const { queue } = queueOf<string>({}, 3)
  for (const item of ['a1', 'a2', 'a3']) expect(queue.push('a', item)).toBeUndefined()
  expect(queue.push('a', 'a4')).toBe('a4')
  expect(queue.push('b', 'b1')).toBe('a3')
  expect(queue.push('b', 'b2')).toBe('b2')
  expect(queue.drain()).toEqual(['a1', 'a2', 'b1'])
})

it('loses nothing, doubles nothing, and keeps the order of each owner, whatever comes when and costs what', () => {
  const owner = fc.constantFrom('a', 'b', 'c', 'd')
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), owner }),
    fc.record({ kind: fc.constant('shift' as const), only: fc.option(owner) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(60_000) }),
  )
  const costs = fc.record({ a: fc.nat(1000), b: fc.nat(1000), c: fc.nat(1000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), costs, fc.integer({ min: 1, max: 12 }), (steps, costMs, sizeMax) => {
      const { queue, time } = queueOf<{ owner: string; n: number }>(costMs, sizeMax)
      const waiting: { owner: string; n: number }[] = []
      const take = (item: { owner: string; n: number }) => waiting.splice(waiting.indexOf(waiting.find(({ n }) => n === item.n)!), 1)
      for (const [n, each] of steps.entries()) {
        if (each.kind === 'wait') time.now += each.ms
        if (each.kind === 'push') {
          waiting.push({ owner: each.owner, n })
          const displaced = queue.push(each.owner, { owner: each.owner, n })
          if (displaced) {
            // Only of a full queue, and the last of its owner.
            expect(waiting.length).toBe(sizeMax + 1)
            expect(waiting.findLast((one) => one.owner === displaced.owner)).toEqual(displaced)
            take(displaced)
          }
        }
        if (each.kind === 'shift') {
          const admits = (name: string) => each.only === null || name === each.only
          const item = queue.shift(admits)
          expect(item === undefined).toBe(!waiting.some((one) => admits(one.owner)))
          if (item) {
            expect(waiting.find((one) => one.owner === item.owner)).toEqual(item)
            take(item)
          }
        }
        expect(queue.size).toBe(waiting.length)
      }
      expect(queue.drain().toSorted((one, other) => one.n - other.n)).toEqual(waiting)
      expect(queue.shift()).toBeUndefined()
    }),
  )
})
