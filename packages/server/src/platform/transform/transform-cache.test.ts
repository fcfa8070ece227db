import { expect, it } from 'vitest'
import { createTransformCache } from './transform-cache.ts'

const faulty = { ok: false, message: 'faulty' } as const

it('knows an expression by its text and the names of its variables', () => {
  const cache = createTransformCache()
  cache.set({ expression: 'a', variables: ['kind'] }, faulty, 0)
  expect(cache.get('a', ['kind'])).toBe(faulty)
  expect(cache.get('a', [])).toBeUndefined()
})

it('keeps so many bytes of texts and trees, and forgets what was not asked for longest', () => {
  const cache = createTransformCache(1000)
  for (const expression of ['a', 'b', 'c', 'd']) cache.set({ expression, variables: [] }, faulty, 0)
  expect(cache.get('a', [])).toBe(faulty)
  cache.set({ expression: 'e', variables: [] }, faulty, 0)
  expect(['a', 'b', 'c', 'd', 'e'].map((expression) => cache.get(expression, []) !== undefined)).toEqual([true, false, true, true, true])
  cache.set({ expression: 'large', variables: [] }, faulty, 100)
  expect(['a', 'large'].map((expression) => cache.get(expression, []) !== undefined)).toEqual([false, false])
})

it('takes what is found anew in place of what was known', () => {
  const cache = createTransformCache(500)
  for (let i = 0; i < 10; i++) cache.set({ expression: 'a', variables: [] }, faulty, 0)
  cache.set({ expression: 'b', variables: [] }, faulty, 0)
  expect(cache.get('a', [])).toBe(faulty)
})
