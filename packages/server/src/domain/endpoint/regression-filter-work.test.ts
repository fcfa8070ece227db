import { describe, expect, test } from 'vitest'
import { compileEndpoints, fanOut } from './fan-out.ts'
import { filtersCompiled } from './ready-filters.ts'
import { compileFilter, newAllowance, type Filter } from './filter.ts'
import type { IdPrefix, Ids } from '../ids.ts'
import { limits } from '../limits.ts'

// Three hundred endpoints with such filters took 34 seconds for one message, and nobody else was served meanwhile.

const ids: Ids = { make: <P extends IdPrefix>(prefix: P) => `${prefix}_1` as never }

function filterOf(source: unknown): Filter {
  const compiled = compileFilter(source)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return compiled.filter
}

const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`)

/** As many conditions as a filter has room for, each of them about the field `a`. */
function largest(condition: (index: number) => unknown) {
  const conditions: unknown[] = []
  for (let index = 0; JSON.stringify({ $or: conditions }).length < limits.filterCharactersMax - 100; index++)
    conditions.push({ a: condition(index) })
  return { $or: conditions }
}

describe('the work of filters', () => {
  const list = words(90_000)
  const object = Object.fromEntries(list.map((word) => [word, 1]))
  const text = 'z'.repeat(900_000)
  test.each([
    ['a list compared with texts', list, (index: number) => ({ $eq: `v${index}` })],
    ['a list compared with lists', list, (index: number) => ({ $eq: [index] })],
    ['a list looked through for texts', list, (index: number) => `v${index}`],
    ['an object compared with objects', object, () => ({ $eq: {} })],
    ['a text searched for texts', text, (index: number) => ({ $in: `zz${index}` })],
  ])('is bounded however many conditions look at the same value: %s', (_, a, condition) => {
    const allowance = newAllowance()
    const before = allowance.valuesLeft
    let read = 0
    // Members that are read are counted here too, by whoever reads them.
    const counting = typeof a === 'object' ? new Proxy(a, { get: (target, key) => (read++, Reflect.get(target, key) as unknown) }) : a
    filterOf(largest(condition)).matches({ a: counting }, allowance)
    expect(before - allowance.valuesLeft).toBeLessThanOrEqual(100_000)
    expect(read).toBeLessThan(250_000)
  })

  test('is bounded over all endpoints of one message: what cannot be decided any more is sent, and not looked at', () => {
    const filter = JSON.stringify(largest((index) => `v${index}`))
    const endpoints = compileEndpoints(
      Array.from({ length: 40 }, (_, index) => ({
        id: `ep_${index}`,
        state: 'active' as const,
        event_types: null,
        channels: null,
        filter,
      })),
    )
    const payload = Buffer.from(JSON.stringify({ a: words(40) }))
    const about = { id: 'msg_1' as const, createdAt: 5, eventType: 'a.b', channels: null, payload }
    const sent = fanOut(about, endpoints, ids).deliveries.map(({ lane }) => lane)
    // Every filter says no. Those that were asked in time said so; the last ones were not asked.
    expect(sent).not.toContain('ep_0')
    expect(sent.at(-1)).toBe('ep_39')
    expect(sent.length).toBeGreaterThan(10)
  })

  test('lets others have their turn while many filters are compiled', () => {
    const filter = JSON.stringify(largest((index) => `v${index}`))
    const endpoints = compileEndpoints(
      Array.from({ length: 40 }, (_, index) => ({
        id: `ep_${index}`,
        state: 'active' as const,
        event_types: null,
        channels: null,
        filter,
      })),
    )
    expect([...filtersCompiled(endpoints)].length).toBeGreaterThanOrEqual(8)
    expect([...filtersCompiled(endpoints)]).toEqual([])
  })
})
