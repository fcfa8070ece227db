import { expect, test } from 'vitest'
import { tableOf } from './print-answer.ts'

test('shows items in columns, without what a terminal would act on', () => {
  const items = [
    { id: 'lst_1', name: 'Orders', uid: null, suffix: '/orders' },
    { id: 'lst_22', name: 'a\u001b[31mb', uid: null, suffix: '/b' },
  ]
  expect(tableOf(items)).toBe('id      name     suffix\nlst_1   Orders   /orders\nlst_22  a\ufffd[31mb  /b\n')
})

test('cuts long values, and is empty for what has no columns', () => {
  expect(tableOf([{ url: 'x'.repeat(100) }])).toBe(`url\n${'x'.repeat(59)}…\n`)
  expect(tableOf([])).toBe('')
})
