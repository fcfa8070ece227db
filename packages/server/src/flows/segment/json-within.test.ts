import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactJson } from '#domain'
import { jsonWithin, TooLargeError, weighsWithin } from './json-within.ts'

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('JSON within a limit', () => {
  it('writes what fits to the byte, and never says of what fits that it does not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const bytes = bytesOf(value)
        expect(jsonWithin(value, bytes)).toBe(JSON.stringify(value))
        expect(jsonWithin(value, bytes - 1)).toBeUndefined()
        expect(weighsWithin(value, bytes)).toBe(true)
      }),
    )
  })

  it('counts what is plain to the byte, so that nothing large is written first', () => {
    for (const value of [[], [[], []], [[[1]], 2], { a: [] }, { a: { b: 'c' }, d: ['e', 'f'] }, 'text', ['a', { b: '' }]]) {
      expect(weighsWithin(value, bytesOf(value)), JSON.stringify(value)).toBe(true)
      expect(weighsWithin(value, bytesOf(value) - 1), JSON.stringify(value)).toBe(false)
    }
  })

  it('ends as soon as it is known: a thousand leaves that are one body are not written', () => {
    const body = Array.from({ length: 60_000 }, (_, index) => `Word ${index} of the list`)
    expect(
      jsonWithin(
        Array.from({ length: 1000 }, () => body),
        1024 * 1024,
      ),
    ).toBeUndefined()
    expect(jsonWithin(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [index, body])), 1024 * 1024)).toBeUndefined()
  })

  it('counts a number that no double holds by its digits', () => {
    const long = parseExactJson('{"a":123456789012345678901234567890}')
    expect(jsonWithin(long, 36)).toBe('{"a":123456789012345678901234567890}')
    expect(weighsWithin(long, 35)).toBe(false)
  })

  it('refuses what nests deeper than a step may make', () => {
    let deep: unknown = 1
    for (let level = 0; level < 5000; level++) deep = [deep]
    expect(() => jsonWithin(deep, 1024 * 1024)).toThrow(TooLargeError)
  })
})
