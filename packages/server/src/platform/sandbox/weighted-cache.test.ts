import { expect, it } from 'vitest'
import { createWeightedCache } from './weighted-cache.ts'

const keysOf = (cache: { get(key: string): unknown }, keys: string) => [...keys].filter((key) => cache.get(key) !== undefined).join('')

it('keeps what fits, and lets go what was not asked for longest', () => {
  const cache = createWeightedCache<number>(10)
  for (const key of 'abcde') cache.set(key, 1, 2)
  expect(cache.get('a')).toBe(1)
  cache.set('f', 1, 3)
  expect(keysOf(cache, 'abcdef')).toBe('adef')
})

it('is bounded by weight, not by count', () => {
  const cache = createWeightedCache<number>(1000)
  for (let i = 0; i < 1000; i++) cache.set(`small ${i}`, i, 1)
  expect(cache.get('small 0')).toBe(0)
  cache.set('large', 1, 999)
  expect([cache.get('large'), cache.get('small 0'), cache.get('small 999')]).toEqual([1, 0, undefined])
})

it('counts what is put again once, and keeps nothing that is heavier than all may be', () => {
  const cache = createWeightedCache<string>(10)
  for (let i = 0; i < 5; i++) cache.set('a', `a${i}`, 6)
  cache.set('b', 'b', 4)
  expect([cache.get('a'), cache.get('b')]).toEqual(['a4', 'b'])
  cache.set('a', 'too large', 11)
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 'b'])
})
