import { expect, test } from 'vitest'
import { readQuery } from './query.ts'

test.each([
  ['', {}],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
  ['a', { a: '' }],
  ['a=&&=b', { a: '', '': 'b' }],
  ['a=b=c', { a: 'b=c' }],
  ['a+b=c+d%20e', { 'a b': 'c d e' }],
  ['a=%F0%9F%93%AF', { a: '\u{1f4ef}' }],
  ['a=%&b=%zz&c=%ff', { a: '%', b: '%zz', c: '%ff' }],
])('R97: reads %j', (text, expected) => {
  expect({ ...readQuery(text) }).toEqual(expected)
})

test('S10: __proto__ is only a name', () => {
  const query = readQuery('__proto__=x&__proto__=y&constructor=z')
  expect(Object.keys(query)).toEqual(['__proto__', 'constructor'])
  expect(query['__proto__']).toEqual(['x', 'y'])
  expect(({} as { x?: unknown }).x).toBeUndefined()
  expect(Object.getPrototypeOf(query)).toBeNull()
})

test('S30: stops at 1,000 parameters', () => {
  const text = Array.from({ length: 5000 }, (_, i) => `p${i}=1`).join('&')
  expect(Object.keys(readQuery(text))).toHaveLength(1000)
})
