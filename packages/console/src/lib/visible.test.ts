import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test('characters that nobody sees are shown as marks', () => {
  expect(visible('a\u0000b\u202ec\u200bd\te\nf')).toBe('a⟨0000⟩b⟨202e⟩c⟨200b⟩d\te\nf')
})
