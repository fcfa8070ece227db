import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

it('lets owners take turns, and keeps the order of each', () => {
  const queue = createFairQueue<string>()
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item[0]!, item)
  expect(queue.size).toBe(6)
  expect(Array.from({ length: 7 }, () => queue.shift())).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined])
  expect(queue.size).toBe(0)
})

it('loses nothing, doubles nothing, and keeps the order of each owner, whatever comes when', () => {
  const owners = fc.constantFrom('a', 'b', 'c')
  fc.assert(
    fc.property(fc.array(fc.oneof(owners, fc.constant(null)), { maxLength: 60 }), (steps) => {
      const queue = createFairQueue<{ owner: string; n: number }>()
      const waiting: { owner: string; n: number }[] = []
      for (const [n, owner] of steps.entries()) {
        if (owner !== null) {
          queue.push(owner, { owner, n })
          waiting.push({ owner, n })
          continue
        }
        const item = queue.shift()
        expect(item === undefined).toBe(waiting.length === 0)
        if (item === undefined) continue
        expect(waiting.find((one) => one.owner === item.owner)).toEqual(item)
        waiting.splice(waiting.indexOf(waiting.find((one) => one.n === item.n)!), 1)
        expect(queue.size).toBe(waiting.length)
      }
      expect(queue.drain().toSorted((one, other) => one.n - other.n)).toEqual(waiting)
      expect(queue.shift()).toBeUndefined()
    }),
  )
})
