import { expect, test } from 'vitest'
import { z } from 'zod'
import { faultSentence } from './fault-sentence.ts'

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value, { error: faultSentence }).error?.issues[0]?.message

test('what is too short or too long is told with its unit, of one or many', () => {
  expect(said(z.string().min(1), '')).toBe('Give at least 1 character.')
  expect(said(z.string().max(2), 'abc')).toBe('Give at most 2 characters.')
  expect(said(z.array(z.string()).min(1), [])).toBe('Give at least 1 item.')
  expect(said(z.array(z.string()).max(2), ['a', 'b', 'c'])).toBe('Give at most 2 items.')
  expect(said(z.number().min(1), 0)).toBe('Give at least 1.')
})
