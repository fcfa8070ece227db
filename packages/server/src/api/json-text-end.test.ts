import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textEnd } from './json-text-end.ts'

it('finds the end of every text that JSON can write, wherever it stands and whatever it escapes', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('"', '\\', '\\"', '\\\\', '\u0001', 'x'.repeat(40), 'é'.repeat(33)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.string(), (pieces, behind) => {
      const text = JSON.stringify(pieces.join(''))
      const json = Buffer.from(`[ ${text},${JSON.stringify(behind)}]`)
      expect(textEnd(json, 2)).toBe(2 + Buffer.byteLength(text))
    }),
  )
})

it('of a text that nothing closes, the end lies behind all bytes', () => {
  for (const open of ['"', '"abc', '"abc\\"', `"${'x'.repeat(100)}`, `"${'x'.repeat(100)}\\"`]) {
    expect(textEnd(Buffer.from(open), 0)).toBeGreaterThanOrEqual(open.length)
  }
})
