import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonPointer, pointerParts } from './json-pointer.ts'

test('a pointer gives back the names that it was made of', () => {
  expect(jsonPointer(['a/b', 0, '~1', ''])).toBe('/a~1b/0/~01/')
  expect([pointerParts(''), pointerParts('/')]).toEqual([[], ['']])
  const name = fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a') })
  fc.assert(
    fc.property(fc.array(name), (path) => {
      expect(pointerParts(jsonPointer(path))).toEqual(path)
    }),
  )
})
