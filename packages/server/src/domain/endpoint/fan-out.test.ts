import { describe, expect, test } from 'vitest'
import { compileEndpoints, fanningOut, fanOut, isDearToMatch } from './fan-out.ts'
import type { Ids, IdPrefix } from '../ids.ts'

let made = 0
const ids: Ids = { make: <P extends IdPrefix>(prefix: P) => `${prefix}_${++made}` as never }
const endpoint = (id: string, more: object = {}) => ({
  id,
  state: 'active' as const,
  event_types: null,
  channels: null,
  filter: null,
  ...more,
})
const message = (eventType: string, channels: string[] | null = null, payload = '{}') => ({
  ...{ id: 'msg_1' as const, createdAt: 5, eventType, channels, payload: Buffer.from(payload) },
})

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

  test('keeps messages whose payload a filter does not match, and does not count them as skipped', () => {
    const endpoints = compileEndpoints([
      endpoint('ep_large', { filter: '{"amount":{"$gt":12345678901234567890}}' }),
      endpoint('ep_eu', { filter: '{"tags":"eu"}' }),
      endpoint('ep_disabled', { filter: '{"tags":"eu"}', state: 'disabled' }),
      endpoint('ep_all'),
    ])
    const sent = (payload: string) => {
      const { deliveries, skipped } = fanOut(message('a', null, payload), endpoints, ids)
      return [deliveries.map((one) => one.lane), skipped]
    }
    expect(sent('{"amount":12345678901234567891,"tags":["us"]}')).toEqual([['ep_large', 'ep_all'], []])
    expect(sent('{"amount":12345678901234567890,"tags":["us","eu"]}')).toEqual([['ep_eu', 'ep_all'], ['ep_disabled']])
    expect(sent('no JSON at all')).toEqual([['ep_all'], []])
  })

  test('stops after the payload is read and after each dear filter, so that others have their turn, and gives the same', () => {
    const words = JSON.stringify({ a: Array.from({ length: 4000 }, (_, i) => `w${i}`) })
    const dear = JSON.stringify({ $or: Array.from({ length: 5 }, (_, i) => ({ a: { $in: [`none${i}`] } })) })
    const endpoints = compileEndpoints([
      endpoint('ep_all'),
      ...Array.from({ length: 6 }, (_, i) => endpoint(`ep_${i}`, { filter: dear })),
      endpoint('ep_fits', { filter: '{"a":"w3999"}' }),
    ])
    const work = fanningOut(message('a', null, words), endpoints, ids)
    let stops = 0
    let end = work.next()
    for (; !end.done; end = work.next()) stops++
    expect(stops).toBeGreaterThanOrEqual(6)
    const lanes = end.value.deliveries.map((one) => one.lane)
    expect([lanes, end.value.skipped]).toEqual([['ep_all', 'ep_fits'], []])
    expect(fanOut(message('a', null, words), endpoints, ids).deliveries.map((one) => one.lane)).toEqual(lanes)
  })

  test('says what is worth that: a large payload or many filters, of those that would be asked', () => {
    const filters = (count: number, more: object = {}) =>
      compileEndpoints(Array.from({ length: count }, (_, i) => endpoint(`ep_${i}`, { filter: '{"a":1}', ...more })))
    const large = JSON.stringify({ a: 'x'.repeat(20_000) })
    expect(isDearToMatch(message('a'), filters(16))).toBe(false)
    expect(isDearToMatch(message('a'), filters(17))).toBe(true)
    expect(isDearToMatch(message('a'), filters(17, { event_types: '["b"]' }))).toBe(false)
    expect(isDearToMatch(message('a', null, large), filters(1))).toBe(true)
    expect(isDearToMatch(message('a', null, large), compileEndpoints([endpoint('ep_1')]))).toBe(false)
  })

  test('reads a payload once, and only if somebody who subscribed filters', () => {
    let reads = 0
    const counted = (eventType: string) => ({
      ...message(eventType),
      get payload() {
        reads++
        return Buffer.from('{"a":1}')
      },
    })
    const filter = '{"a":1}'
    const endpoints = compileEndpoints([
      endpoint('ep_1', { filter, event_types: '["a"]' }),
      endpoint('ep_2', { filter, event_types: '["a"]' }),
      endpoint('ep_3'),
    ])
    expect(fanOut(counted('b'), endpoints, ids).deliveries).toHaveLength(1)
    expect(reads).toBe(0)
    expect(fanOut(counted('a'), endpoints, ids).deliveries).toHaveLength(3)
    expect(reads).toBe(1)
  })

  test('lets everything through a filter that an older version cannot read', () => {
    const endpoints = compileEndpoints([endpoint('ep_1', { filter: '{"a":{"$later":1}}' })])
    expect(fanOut(message('a'), endpoints, ids).deliveries).toHaveLength(1)
  })
})
