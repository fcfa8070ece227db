import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDueHeap } from './due-heap.ts'

it('gives the earliest first, however items came, moved and left', () => {
  const act = fc.record({ item: fc.nat({ max: 19 }), due: fc.nat({ max: 9 }), remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const items = Array.from({ length: 20 }, (_, i) => ({ lane: `lane${String(i).padStart(2, '0')}`, nextDue: 0, place: -1 }))
      const heap = createDueHeap<(typeof items)[number]>()
      const present = new Set<(typeof items)[number]>()
      for (const { item, due, remove } of acts) {
        const one = items[item]!
        if (remove) {
          heap.remove(one)
          present.delete(one)
        } else {
          one.nextDue = due
          heap.put(one)
          present.add(one)
        }
        const first = [...present].toSorted((a, b) => a.nextDue - b.nextDue || (a.lane < b.lane ? -1 : 1))[0]
        expect(heap.first).toBe(first)
        expect(heap.size).toBe(present.size)
      }
    }),
  )
})
