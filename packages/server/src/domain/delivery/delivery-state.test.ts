import { describe, expect, test } from 'vitest'
import { deliveryMoves, mayDeliveryGo, newDeliveryStatuses, terminalDeliveryStatuses } from './delivery-state.ts'
import { deliveryStatuses } from '../status.ts'

/** All that can be reached from `from` by `moves`. */
function reach<S>(from: readonly S[], moves: readonly (readonly [S, S])[]): Set<S> {
  const seen = new Set(from)
  for (const one of seen) for (const [a, b] of moves) if (a === one) seen.add(b)
  return seen
}

describe('the life of a delivery', () => {
  test('reaches every status from the beginning, and an end from every status', () => {
    expect(reach(newDeliveryStatuses, deliveryMoves)).toEqual(new Set(deliveryStatuses))
    for (const status of deliveryStatuses)
      expect([...reach([status], deliveryMoves)]).toEqual(expect.arrayContaining([...terminalDeliveryStatuses]))
  })

  test('can be cancelled until it is terminal', () => {
    for (const status of deliveryStatuses) expect(mayDeliveryGo(status, 'cancelled')).toBe(!['delivered', 'failed'].includes(status))
  })

  test('leaves a terminal status by a resend only: never for another terminal one', () => {
    for (const from of terminalDeliveryStatuses) {
      for (const to of deliveryStatuses) expect(mayDeliveryGo(from, to)).toBe(to === from || to === 'waiting' || to === 'held')
    }
  })

  test('while its endpoint is paused or disabled no attempt begins', () => {
    expect(mayDeliveryGo('held', 'sending')).toBe(false)
    expect(mayDeliveryGo('held', 'waiting')).toBe(true)
  })
})
