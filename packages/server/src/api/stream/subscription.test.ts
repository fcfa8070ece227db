import { createFakeClock } from '#platform/testing'
import { expect, test } from 'vitest'
import { Subscription } from './subscription.ts'

const said = (characters: number) => ({ topics: ['run'] as const, ofStep: false, number: 1, text: 'x'.repeat(characters) })
const subscription = (onEnd: () => void = () => {}) =>
  new Subscription({ clock: createFakeClock(), topics: new Set(['run']), toEndpoints: false, place: () => 'here.1' }, onEnd)

test('a reader that is a megabyte behind is cut, once, and holds nothing any more', async () => {
  let ends = 0
  const slow = subscription(() => ends++)
  slow.offer([said(1024 * 1024)])
  expect(ends).toBe(0)
  slow.offer([said(1), said(1)])
  expect(ends).toBe(1)
  slow.offer([said(1)])
  expect(await slow.next(1000)).toBeNull()
})

test('what was offered is handed on in one piece, and topics that nobody asked for are not', async () => {
  const reader = subscription()
  reader.offer([said(2), { ...said(3), topics: ['delivery'] }, said(1)])
  expect(reader.place()).toBe('')
  expect(await reader.next(1000)).toBe('xxx')
  expect(reader.place()).toBe('id: here.1\n\n')
})

test('who waits is woken by the end', async () => {
  const reader = subscription()
  const next = reader.next(1000)
  reader.end()
  expect(await next).toBeNull()
})
