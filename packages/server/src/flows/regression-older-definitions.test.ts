import { describe, expect, it } from 'vitest'
import { openFlowsHarness } from '../../../../test/support/flows-harness.ts'

const send = (fields: object) => ({ id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', ...fields })

describe('a flow that an older version published', () => {
  it.each([
    ['a deadline of a step that has none', [{ id: 'end', kind: 'stop', timeoutMs: 100 }]],
    ['a member that is known no more', [{ id: 'end', kind: 'filter', if: true, colour: 'red' }]],
    ['a reply with a header of a connection', [{ id: 'reply', kind: 'webhook_response', headers: { Expect: 'a' } }]],
    ['headers that are too long by now', [{ id: 'reply', kind: 'webhook_response', headers: { 'X-A': 'a'.repeat(9000) } }]],
    ['a header that is trimmed by now', [{ id: 'reply', kind: 'webhook_response', headers: { 'X-A': 'a ' } }]],
    ['a trigger with a pattern that is none', [{ id: 'end', kind: 'stop' }], { kind: 'event', eventTypes: ['a b'] }],
  ])('goes on running with %s', async (_, steps, trigger?: object) => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow(steps, trigger ? ({ trigger } as never) : {})
    const { run } = await harness.accept(flow)
    expect(await harness.run(run, ({ status }) => status !== 'running' && status !== 'queued')).toMatchObject({ status: 'ok' })
  })

  it.each([
    ['an early deadline', { timeoutMs: 50 }, { timeoutMs: 50 }],
    ['a success that nobody waits for', { success: [100, 204] }, { success: [100, 204] }],
    ['a long header', { headers: { 'X-A': 'a'.repeat(20_000) } }, { headers: { 'X-A': 'a'.repeat(20_000) } }],
  ])('goes on sending with %s', async (_, fields, sent) => {
    await using harness = await openFlowsHarness()
    const { run } = await harness.accept(await harness.addFlow([send(fields)]))
    expect((await harness.delivery(run)).request).toMatchObject(sent)
  })

  it('fails in the step alone that cannot be read any more', async () => {
    await using harness = await openFlowsHarness()
    const next = [{ status: 'KO', do: 'continue' }]
    const flow = await harness.addFlow([
      { id: 'bad', kind: 'set_meta', meta: { a: '{{ 1 +' }, next },
      { id: 'skipped', kind: 'stop', when: 'sometimes {{ true }}', next },
      { id: 'reply', kind: 'webhook_response', status: 201 },
    ])
    const { run } = await harness.accept(flow)
    expect(await harness.reply(run)).toMatchObject({ status: 201 })
    const steps = JSON.parse((await harness.run(run)).steps) as { id: string; status: string; code: string }[]
    expect(steps.map(({ id, status }) => [id, status])).toEqual([
      ['bad', 'KO'],
      ['skipped', 'KO'],
      ['reply', 'OK'],
    ])
  })
})
