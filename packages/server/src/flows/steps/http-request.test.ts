import { describe, expect, it } from 'vitest'
import { createTransformPool, systemClock } from '#platform'
import type { StepDeliveryOutcome } from '#domain'
import { compileFlow } from '../index.ts'
import { openFlowsHarness } from '../../../../../test/support/flows-harness.ts'

const ask = (fields: object = {}) => ({ id: 'ask', kind: 'http_request', url: 'https://erp.example/stock', ...fields })
const answer: StepDeliveryOutcome = { ok: true, code: null, message: null, status: 200, body: '{"n":1}', headers: { 'x-next': 'p2' } }
const reply = { id: 'reply', kind: 'webhook_response', body: '{{ steps.ask.output }}' }

async function sent(fields: object) {
  await using harness = await openFlowsHarness()
  await harness.addSecret('erp', 's3cret')
  const { run } = await harness.accept(await harness.addFlow([ask(fields)]))
  const { task, request } = await harness.delivery(run)
  const [row] = (await harness.store.loadDeliveries([task.delivery])).map(({ payload }) => Buffer.from(payload!).toString())
  await harness.settle(task, answer)
  return { request, body: row, key: task.delivery, steps: JSON.parse((await harness.run(run)).steps) as Record<string, unknown>[] }
}

describe('http_request', () => {
  it('asks, waits, and goes on with the answer', async () => {
    await using harness = await openFlowsHarness()
    const { run } = await harness.accept(
      await harness.addFlow([ask({ query: { sku: '{{ body.id }}', all: ['a&b', null, 2], none: null } }), reply]),
    )
    const { task, request } = await harness.delivery(run)
    expect(request).toMatchObject({ method: 'GET', url: 'https://erp.example/stock?sku=o1&all=a%26b&all=2', success: '2xx', headers: {} })
    await harness.settle(task, answer)
    expect(JSON.parse((await harness.reply(run)).body!)).toEqual({ status: 200, headers: { 'x-next': 'p2' }, body: { n: 1 } })
  })

  it.each<[fields: object, type: string, body: string]>([
    [{ body: { total: '{{ body.total }}' } }, 'application/json', '{"total":1200}'],
    [{ body: 'plain {{ body.id }}', headers: { 'content-type': 'text/plain' } }, 'text/plain', 'plain o1'],
    [
      { body: { a: '{{ body.id }}', b: ['x y', 'ü'] }, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      'application/x-www-form-urlencoded',
      'a=o1&b=x+y&b=%C3%BC',
    ],
  ])('posts %j', async (fields, type, expected) => {
    const { request, body, key } = await sent(fields)
    const headers = Object.fromEntries(
      Object.entries(request['headers'] as object).map(([name, value]) => [name.toLowerCase(), value as unknown]),
    )
    expect([request['method'], body, headers['content-type'], headers['idempotency-key']]).toEqual(['POST', expected, type, key])
  })

  it('leaves the address and the credentials of a connection to the moment of the call', async () => {
    const { request } = await sent({ system: 'erp', url: '/stock/{{ body.id }}//a', query: { all: ['x', 'y'] } })
    expect(request).toMatchObject({ connection: 'erp', url: '/stock/o1//a?all=x&all=y', headers: {} })
  })

  it('takes an idempotency key of the flow, and shows no secret', async () => {
    const { request, steps } = await sent({
      method: 'DELETE',
      bearerToken: '{{ secrets.erp }}',
      headers: { 'idempotency-key': '{{ run.key }}' },
    })
    expect(request['headers']).toEqual({ 'idempotency-key': 'key-1', Authorization: 'Bearer s3cret' })
    expect(JSON.stringify(steps)).not.toContain('s3cret')
  })

  it('keeps base64 as it came, and a failure with its answer', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([ask()])
    for (const [outcome, output] of [
      [
        { ...answer, body: '"/wD+"', encoding: 'base64' },
        { status: 200, encoding: 'base64', body: '"/wD+"' },
      ],
      [
        { ...answer, ok: false, code: 'http_404', message: 'No.', status: 404 },
        { status: 404, body: { n: 1 } },
      ],
    ] as const) {
      const { run } = await harness.accept(flow)
      await harness.settle((await harness.delivery(run)).task, outcome)
      expect(JSON.parse((await harness.run(run)).steps)).toMatchObject([{ output }])
    }
  })

  it.each<[fields: object, pointer: string]>([
    [{ method: 'GET', body: {} }, '/steps/0/body'],
    [{ url: 'https://{{ body.host }}/' }, '/steps/0/url'],
    [{ system: 'erp', url: 'https://erp.example/' }, '/steps/0/url'],
    [{ system: 'erp', url: '{{ body.path }}' }, '/steps/0/url'],
    [{ headers: { Host: 'a' } }, '/steps/0/headers/Host'],
    [{ query: { key: '{{ secrets.erp }}' } }, '/steps/0/query/key'],
  ])('refuses %j', async (fields, pointer) => {
    await using transforms = createTransformPool({ clock: systemClock })
    const definition = { name: 'A', trigger: { kind: 'job' }, steps: [ask(fields)] }
    expect(await compileFlow(definition, { transforms, owner: 'app' })).toMatchObject({ ok: false, faults: [{ pointer }] })
  })
})
