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
  expect(tableOf(['2030-01-31T00:00:00Z', 'a\u001bb'])).toBe('2030-01-31T00:00:00Z\na\ufffdb\n')
})

test('says of deliveries how often they were tried and why they failed, of attempts their number and their end', () => {
  const delivery = { id: 'dlv_1', status: 'waiting', eventType: 'order.made', attempts: 2, lastStatusCode: 503, lastFailure: 'http_503' }
  expect(tableOf([delivery])).toBe('id     status   attempts  lastFailure  eventType\ndlv_1  waiting  2         http_503     order.made\n')
  const attempt = { id: 'atmpt_1', n: 2, ok: false, startedAt: '2026-11-29T18:30:47.264Z', reason: 'The receiver answered 503.' }
  expect(tableOf([attempt])).toBe(
    'id       n  ok     reason                      startedAt\natmpt_1  2  false  The receiver answered 503.  2026-11-29T18:30:47.264Z\n',
  )
})

test('shows an issue with what it is about, in a table as any other list', () => {
  const issue = {
    id: 'backlog:ep_1',
    kind: 'backlog',
    target: { kind: 'endpoint', id: 'ep_1', name: 'Orders' },
    reason: 'Much waits.',
    count: 3,
  }
  expect(tableOf([issue])).toBe('id            kind     count  reason       target\nbacklog:ep_1  backlog  3      Much waits.  Orders\n')
})
