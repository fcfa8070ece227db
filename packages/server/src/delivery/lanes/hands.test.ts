import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeliveryId } from '#domain'
import { Hands, type TaskInHand } from './hands.ts'

const handOf = (delivery: DeliveryId) => ({ task: { delivery }, content: undefined, since: 0 }) as TaskInHand

test('holds what a map by delivery would, whatever comes and goes', () => {
  const step = fc.record({ does: fc.constantFrom('add', 'delete', 'clear'), which: fc.nat({ max: 12 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const hands = new Hands()
      const map = new Map<DeliveryId, TaskInHand>()
      for (const { does, which } of steps) {
        const delivery: DeliveryId = `dlv_${which}`
        if (does === 'add' && !map.has(delivery)) {
          const hand = handOf(delivery)
          hands.add(hand)
          map.set(delivery, hand)
        } else if (does === 'delete') expect(hands.delete(delivery)).toBe(map.delete(delivery))
        else if (does === 'clear' && which === 0) {
          hands.clear()
          map.clear()
        }
        expect(hands.size).toBe(map.size)
        for (let i = 0; i <= 12; i++) {
          expect(hands.get(`dlv_${i}`)).toBe(map.get(`dlv_${i}`))
          expect(hands.has(`dlv_${i}`)).toBe(map.has(`dlv_${i}`))
        }
      }
    }),
  )
})
