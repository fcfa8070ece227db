import { expect, test } from 'vitest'
import { isUid, webhookIdOf } from './uid.ts'

test.each(['orders', 'a', '-_.9Z', 'a'.repeat(256), 'ep_1', 'application'])('%s may be the uid of an application', (text) => {
  expect(isUid('app', text)).toBe(true)
})

test.each(['', 'a'.repeat(257), 'app_', 'app_1', 'a b', 'a/b', 'ä', 'a\n', 'a%20'])('%j may not', (text) => {
  expect(isUid('app', text)).toBe(false)
})

test('a message is sent under its event id, unless a dot would break the signed text', () => {
  expect(webhookIdOf({ id: 'msg_1', eventId: null })).toBe('msg_1')
  expect(webhookIdOf({ id: 'msg_1', eventId: 'order-1042' })).toBe('order-1042')
  expect(webhookIdOf({ id: 'msg_1', eventId: 'order.1042' })).toBe('msg_1')
})
