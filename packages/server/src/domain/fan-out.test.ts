import { describe, expect, test } from 'vitest'
import { compileEndpoints, fanOut } from './fan-out.ts'
import type { Ids, IdPrefix } from './ids.ts'

let made = 0
const ids: Ids = { make: <P extends IdPrefix>(prefix: P) => `${prefix}_${++made}` as never }
const endpoint = (id: string, more: object = {}) => ({ id, state: 'active' as const, event_types: null, channels: null, ...more })
const message = (eventType: string, channels: string[] | null = null) => ({ id: 'msg_1' as const, createdAt: 5, eventType, channels })

describe('fan-out', () => {
  test('R64: reaches endpoints by exact event type, by pattern, and those that take all', () => {
    const endpoints = compileEndpoints([
      endpoint('ep_all'),
      endpoint('ep_exact', { event_types: '["invoice.paid"]' }),
      endpoint('ep_pattern', { event_types: '["invoice.*"]' }),
      endpoint('ep_other', { event_types: '["quotation.*"]' }),
    ])
    expect(fanOut(message('invoice.paid'), endpoints, ids).deliveries.map((one) => one.lane)).toEqual(['ep_all', 'ep_exact', 'ep_pattern'])
    expect(fanOut(message('invoice.sent'), endpoints, ids).deliveries.map((one) => one.lane)).toEqual(['ep_all', 'ep_pattern'])
  })

  test('R80, R81: queues for a paused endpoint, and only counts for a disabled one', () => {
    const endpoints = compileEndpoints([endpoint('ep_paused', { state: 'paused' }), endpoint('ep_disabled', { state: 'disabled' })])
    const { deliveries, skipped } = fanOut(message('invoice.paid'), endpoints, ids)
    expect(deliveries.map((one) => one.lane)).toEqual(['ep_paused'])
    expect(skipped).toEqual(['ep_disabled'])
  })

  test('keeps messages without an overlapping channel from endpoints with channels', () => {
    const endpoints = compileEndpoints([endpoint('ep_1', { channels: '["eu"]' })])
    expect(fanOut(message('a'), endpoints, ids).deliveries).toEqual([])
    expect(fanOut(message('a', ['us', 'eu']), endpoints, ids).deliveries).toHaveLength(1)
  })
})
