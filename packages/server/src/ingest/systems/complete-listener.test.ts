import { expect, test } from 'vitest'
import { listenerIn } from '#domain'
import { completeListener } from './complete-listener.ts'

const complete = (change: Record<string, unknown>) =>
  completeListener(listenerIn.parse({ name: 'a', suffix: '/a', auth: { kind: 'preset', secrets: ['s'] }, ...change }))

test('the acknowledgement of the system fills the reply, so that it leaves before the sender gives up', () => {
  expect(complete({ system: 'github' }).listener.reply).toMatchObject({ status: 202, timeoutMs: 9500, onTimeout: 202 })
  expect(complete({ system: 'custom' }).listener.reply).toMatchObject({ status: 202, timeoutMs: 15_000 })
})

test('what its owner wrote wins, with a warning where the sender would take it amiss', () => {
  const { listener, warnings } = complete({ system: 'github', reply: { status: 404, timeoutMs: 30_000 } })
  expect(listener.reply).toMatchObject({ status: 404, timeoutMs: 30_000 })
  expect(warnings).toEqual([expect.stringContaining('failure'), expect.stringContaining('10 seconds')])
})

test('R44: taking requests from anybody is warned of', () => {
  expect(complete({ auth: { kind: 'none' } }).warnings).toEqual([expect.stringContaining('anybody')])
})

test('what would be sent or expected otherwise than it was meant is warned of', () => {
  const warnings = (change: Record<string, unknown>) => complete({ system: 'custom', ...change }).warnings
  const templated = [expect.stringContaining('{{ }} included')]
  expect(warnings({ reply: { body: { id: '{{ body.id }}' } } })).toEqual(templated)
  expect(warnings({ reply: { headers: { 'X-Id': ['a', '{{ body.id }}'] } } })).toEqual(templated)
  expect(warnings({ reply: { error: { body: 'Order {{ body.id }} failed' } } })).toEqual(templated)
  expect(warnings({ reply: { body: { id: 1 } } })).toEqual([])
  for (const body of ['{"a":1}', ' [1]']) expect(warnings({ expected: { body } })).toEqual([expect.stringContaining('looks like JSON')])
  expect(warnings({ bodyFormat: 'text', expected: { body: '{"a":1}' } })).toEqual([])
  for (const body of ['a', { a: '{' }]) expect(warnings({ expected: { body } })).toEqual([])
})

test('a completed listener that is saved again stays as it is, and warns of nothing new', () => {
  for (const system of ['github', 'svix', 'custom']) {
    const { listener } = complete({ system })
    const again = completeListener(listenerIn.parse(listener))
    expect(again).toEqual({ listener, warnings: [] })
  }
})

test.each([
  { body: { order: '{{ body.id }}' } },
  { body: 'Thanks, {{ body.name }}' },
  { headers: { 'X-Order': '{{ body.id }}' } },
  { error: { body: { code: '{{ faults[0].code }}' } } },
])('R55: an answer of the listener itself in which nothing is read warns of that: %j', (reply) => {
  expect(complete({ reply }).warnings).toEqual([expect.stringContaining('webhook_response')])
})

test('R55: an answer with braces of its own is none of those', () => {
  expect(complete({ reply: { body: { a: { b: { c: '}} {' } } } } }).warnings).toEqual([])
})
