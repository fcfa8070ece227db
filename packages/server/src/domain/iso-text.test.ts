import { expect, test } from 'vitest'
import { isoText } from './iso-text.ts'

test('writes each moment as Date does, whatever was written before', () => {
  for (const at of [0, 0, 1_796_051_092_166, 1_796_051_092_167, 1_796_051_092_166, -1, 8_640_000_000_000_000])
    expect(isoText(at)).toBe(new Date(at).toISOString())
  expect(() => isoText(Number.NaN)).toThrow(RangeError)
  expect(() => isoText(9e15)).toThrow(RangeError)
})
