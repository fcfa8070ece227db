import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Crowd, type Placed } from './crowd.ts'

test('has whoever entered and did not leave, as a set would, in whatever order they come and go', () => {
  const step = fc.record({ enters: fc.boolean(), which: fc.nat({ max: 40 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const crowd = new Crowd<Placed>()
      const there = new Set<Placed>()
      const known: Placed[] = []
      for (const { enters, which } of steps) {
        if (enters) {
          const one = { place: 0 }
          known.push(one)
          crowd.enter(one)
          there.add(one)
        } else if (known.length > 0) {
          // Also whoever has left already.
          const one = known[which % known.length]!
          expect(crowd.leave(one)).toBe(there.delete(one))
        }
        expect(crowd.size).toBe(there.size)
      }
      expect(new Set(crowd.all())).toEqual(there)
    }),
  )
})

test('says who was there, whoever leaves meanwhile', () => {
  const crowd = new Crowd<Placed>()
  const three = [{ place: 0 }, { place: 0 }, { place: 0 }]
  for (const one of three) crowd.enter(one)
  for (const one of crowd.all()) expect(crowd.leave(one)).toBe(true)
  expect(crowd.size).toBe(0)
})
