import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

const anyText = fc
  .array(fc.constantFrom('{', '}', '  "a": 1,', '  "b": 2,', ''), { minLength: 1, maxLength: 12 })
  .map((lines) => lines.join('\n'))

test('both texts can be read out of a comparison', () => {
  fc.assert(
    fc.property(anyText, anyText, (before, after) => {
      const lines = diffLines(before, after)
      const read = (kind: string): string =>
        lines
          .filter((line) => line.kind === 'same' || line.kind === kind)
          .map(({ text }) => text)
          .join('\n')
      expect(read('removed')).toBe(before)
      expect(read('added')).toBe(after)
    }),
  )
})

test('what is the same is shown as the same', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc').map(({ kind, text }) => `${kind} ${text}`)).toEqual(['same a', 'removed b', 'added x', 'same c'])
  expect(diffLines('', 'a')).toEqual([{ kind: 'added', text: 'a' }])
})
