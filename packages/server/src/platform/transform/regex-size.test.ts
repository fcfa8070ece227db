import { expect, it } from 'vitest'
import { RE2JS } from 're2js'
import { INSTRUCTIONS_MAX } from './linear-regex.ts'
import { expandedSize } from './regex-size.ts'

it('writes repeats out, also those of groups and within each other, and takes braces of escapes for none', () => {
  expect(expandedSize('abc')).toBe(3)
  expect(expandedSize('\\w{500}'.repeat(2000))).toBeGreaterThan(1_000_000)
  expect(expandedSize('((a{100}){100}){100}')).toBeGreaterThan(1_000_000)
  expect(expandedSize('(?:a|b){3,1000}')).toBeGreaterThan(3000)
  expect(expandedSize('[a{500}]')).toBe(1)
  expect(expandedSize('\\{500}')).toBeLessThan(20)
  expect(expandedSize('\\u{1000}\\x{1F600}')).toBe(2)
  expect(expandedSize('(((')).toBe(0)
})

it('what it lets through is compiled within the limit or a little above, and what people write is let through', () => {
  const patterns = ['^[\\w.+-]+@[\\w-]+\\.[\\w.]{2,63}$', '\\d{4}-\\d{2}-\\d{2}', '([A-Z]{2}\\d{2}[A-Z0-9]{11,30})|x*', '(a|b|cde){1,50}']
  for (const pattern of patterns) {
    expect(expandedSize(pattern)).toBeLessThan(INSTRUCTIONS_MAX / 10)
    expect(RE2JS.compile(pattern).programSize(), pattern).toBeLessThan(expandedSize(pattern) * 3 + 10)
  }
})
