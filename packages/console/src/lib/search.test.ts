import { expect, test } from 'vitest'
import { deliveriesSearch } from '../features/deliveries/search.ts'
import { joined, listOf, oneOf, textOf } from './search.ts'

test('what an address says wrongly is left out instead of failing the page', () => {
  expect(
    deliveriesSearch({ status: 'failed,held', class: 500, range: '24 hours', tab: 'nothing', q: 12, open: ['a'], other: 'x' }),
  ).toEqual({ status: 'failed,held', class: '500', q: '12' })
})

test('a list stands in one parameter, and an empty one in none', () => {
  expect(listOf('a,,b')).toEqual(['a', 'b'])
  expect(listOf(undefined)).toEqual([])
  expect(joined([])).toBeUndefined()
  expect(joined(['a', 'b'])).toBe('a,b')
})

test('a text may have been read as a number', () => {
  expect([textOf(12), textOf(true), textOf(''), textOf(null), textOf({})]).toEqual(['12', 'true', undefined, undefined, undefined])
  expect(oneOf('b', ['a', 'b'])).toBe('b')
  expect(oneOf('c', ['a', 'b'])).toBeUndefined()
})
