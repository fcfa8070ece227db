import { expect, test } from 'vitest'
import type { FlowSnapshot } from '#store'
import { flowsByListener } from './listener-flows.ts'

const response = { id: 'r', kind: 'webhook_response' }
const flow = (steps: unknown[], change: Partial<FlowSnapshot> & { rescue?: unknown[]; trigger?: unknown } = {}): FlowSnapshot => {
  const { rescue, trigger = { kind: 'webhook', listener: 'orders' }, ...columns } = change
  const definition = JSON.stringify({ name: 'f', trigger, steps, ...(rescue && { rescue }) })
  const published = { flow_id: 'flow_1', version: 3, definition, created_at: 0, created_by: 'system', note: null, hash: null }
  const row = {
    id: 'flow_1',
    application_id: 'app_1',
    uid: null,
    name: 'f',
    enabled: 1,
    published_version: 3,
    created_at: 0,
    updated_at: 0,
    deleted_at: null,
  }
  return { ...row, published, ...columns }
}
const answers = (made: FlowSnapshot) =>
  flowsByListener([made])
    .get('orders')
    ?.map((one) => one.answers)

test.each([
  ['at the top', flow([response])],
  ['in a branch', flow([{ id: 'b', kind: 'branch', if: true, then: [], else: [{ id: 'c', kind: 'branch', if: true, then: [response] }] }])],
  [
    'after a condition',
    flow([
      {
        id: 's',
        kind: 'stop',
        next: [
          { status: 'KO', do: 'continue' },
          { status: 'KO', do: { steps: [response] } },
        ],
      },
    ]),
  ],
  ['in a loop', flow([{ id: 'l', kind: 'for_each', items: [], steps: [response] }])],
  ['in rescue', flow([], { rescue: [response] })],
])('R33: a flow answers if a response step stands %s', (_, made) => {
  expect(answers(made)).toEqual([true])
})

test('data that looks like a response step is none', () => {
  expect(answers(flow([{ id: 'e', kind: 'emit_event', eventType: 'a', payload: { steps: [response], then: [response] } }]))).toEqual([
    false,
  ])
})

test('disabled and unpublished flows, and those of other triggers, start nothing', () => {
  for (const made of [
    flow([response], { enabled: 0 }),
    flow([response], { published: null }),
    flow([response], { trigger: { kind: 'job' } }),
  ]) {
    expect(flowsByListener([made]).size).toBe(0)
  }
})
