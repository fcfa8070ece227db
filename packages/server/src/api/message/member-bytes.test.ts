import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memberBytes } from './member-bytes.ts'

const cut = (json: string, name = 'payload') => {
  const bytes = memberBytes(Buffer.from(json), name)
  return bytes && Buffer.from(bytes).toString('utf8')
}

describe('the bytes of a member', () => {
  test('come exactly as they were given', () => {
    expect(cut('{"eventType":"a", "payload" :  {"n": 1.0e+2, "big":12345678901234567890, "s":"\\u0041\\/"} ,"x":1}')).toBe(
      '{"n": 1.0e+2, "big":12345678901234567890, "s":"\\u0041\\/"}',
    )
  })

  test('are those of the last of equal names, at the top only', () => {
    expect(cut('{"payload":{"a":1},"other":{"payload":{"no":1}},"payload":{"b":[{"payload":0}]}}')).toBe('{"b":[{"payload":0}]}')
  })

  test('are found under a name written with escapes, and between braces inside strings', () => {
    expect(cut('{"x":"}\\",{","\\u0070ayload":{"y":"]}"}}')).toBe('{"y":"]}"}')
  })

  test('are scalars too', () => {
    expect(cut('{"payload":12}')).toBe('12')
    expect(cut('{"payload":"a" }')).toBe('"a"')
    expect(cut('{"payload":null,"z":1}')).toBe('null')
    expect(cut('{}')).toBeUndefined()
  })

  test('parse to what JSON.parse sees, for any object', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.constantFrom(undefined, 1, 2), (before, payload, space) => {
        const json = JSON.stringify(
          { before: JSON.parse(before) as unknown, payload: JSON.parse(payload) as unknown, after: '"}' },
          null,
          space,
        )
        expect(JSON.parse(cut(json)!)).toEqual((JSON.parse(json) as { payload: unknown }).payload)
      }),
    )
  })
})
