import { expect, test } from 'vitest'
import { headerLines, headersOfLines } from './header-lines.ts'

test('headers become lines, and lines headers; a name may come twice', () => {
  const headers = [
    ['Content-Type', 'application/json'],
    ['X-Trace', 'a:b'],
    ['X-Trace', 'c'],
  ] as const
  expect(headersOfLines(`${headerLines(headers)}\n\n`)).toEqual({ 'Content-Type': ['application/json'], 'X-Trace': ['a:b', 'c'] })
})

test.each(['no colon', ': no name'])('a line that is no header is reported by its number: %s', (line) => {
  expect(headersOfLines(`A: 1\n${line}`)).toMatch(/^Line 2 is no header/)
})
