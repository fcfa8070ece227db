import { expect, test } from 'vitest'
import { RangeOutside, rangeOf } from './byte-range.ts'

const tag = '"abc"'
const asked = (range: string | undefined, length = 10, ifRange?: string) => {
  try {
    const found = rangeOf({ range, ifRange }, { length, tag })
    return found === undefined ? 'all' : `${found.start}-${found.end}`
  } catch (error) {
    if (error instanceof RangeOutside) return `outside of ${error.length}`
    throw error
  }
}

test.each([
  [undefined, 'all'],
  ['bytes=0-0', '0-1'],
  ['bytes=2-5', '2-6'],
  ['Bytes = 2-5 ', '2-6'],
  ['bytes=7-', '7-10'],
  ['bytes=7-999', '7-10'],
  ['bytes=-3', '7-10'],
  ['bytes=-99', '0-10'],
  ['bytes=10-', 'outside of 10'],
  ['bytes=10-12', 'outside of 10'],
  ['bytes=-0', 'outside of 10'],
  // What is no range, or more than one, is not heeded.
  ['bytes=5-2', 'all'],
  ['bytes=0-1,4-5', 'all'],
  ['bytes=-', 'all'],
  ['bytes=a-b', 'all'],
  ['bytes=1.5-2', 'all'],
  ['bytes=--1', 'all'],
  ['bytes=0-9999999999999999999999', 'all'],
  ['lines=0-1', 'all'],
  ['', 'all'],
] as const)('of ten bytes %s is %s', (range, expected) => {
  expect(asked(range)).toBe(expected)
})

test('nothing of nothing can be asked for', () => {
  expect([asked('bytes=0-', 0), asked('bytes=-1', 0), asked(undefined, 0)]).toEqual(['outside of 0', 'outside of 0', 'all'])
})

test('a range of another version is all of this one', () => {
  expect([asked('bytes=7-', 10, tag), asked('bytes=7-', 10, '"older"'), asked('bytes=7-', 10, `W/${tag}`)]).toEqual(['7-10', 'all', 'all'])
})
