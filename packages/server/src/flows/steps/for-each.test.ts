import { describe, expect, it } from 'vitest'
import { createTransformPool, systemClock } from '#platform'
import { compileFlow } from '../index.ts'
import { openFlowsHarness, type FlowsHarness } from '../../../../../test/support/flows-harness.ts'

interface Shown {
  readonly id: string
  readonly status: string
  readonly item?: number[]
  readonly code?: string
  readonly output?: unknown
}

const each = (steps: unknown[], fields: object = {}) => ({ id: 'each', kind: 'for_each', items: '{{ body.list }}', steps, ...fields })
const double = { id: 'double', kind: 'transform', expression: 'item * 2' }
const refuseTwo = { id: 'check', kind: 'branch', if: '{{ item == 2 }}', then: [{ id: 'two', kind: 'fail', code: 'is_two' }] }

async function ran(harness: FlowsHarness, steps: unknown[], list: unknown = [1, 2, 3]) {
  const flow = await harness.addFlow(steps, { trigger: { kind: 'job' } })
  const { run } = await harness.startJob(flow, { document: { list } })
  const row = await harness.run(run)
  const records = JSON.parse(row.steps) as Shown[]
  return { row, records, loop: records.find(({ id }) => id === 'each')! }
}

describe('for_each', () => {
  it('runs its steps for each item, and its output is what became of each', async () => {
    await using harness = await openFlowsHarness()
    const after = {
      id: 'after',
      kind: 'set_meta',
      meta: { all: '{{ steps.each.output | map: "output" }}', last: '{{ steps.double.output }}' },
    }
    const { row, records, loop } = await ran(harness, [each([double]), after])
    expect(loop).toMatchObject({ status: 'OK', output: [2, 4, 6].map((output) => ({ status: 'OK', code: null, output })) })
    expect(records.map(({ id, item }) => [id, item])).toEqual([['double', [0]], ['double', [1]], ['double', [2]], ['each', undefined], ['after', undefined]]) // oxfmt-ignore
    expect([row.status, JSON.parse(row.meta)]).toEqual(['ok', { all: [2, 4, 6], last: null }])
  })

  it('an item that fails ends alone; the loop is KO, and `next` may take that', async () => {
    await using harness = await openFlowsHarness()
    const { row, loop } = await ran(harness, [each([refuseTwo, double])])
    expect(loop).toMatchObject({
      status: 'KO',
      code: 'items_failed',
      output: [{ output: 2 }, { status: 'KO', code: 'is_two' }, { output: 6 }],
    })
    expect([row.status, row.error_code, (JSON.parse(row.faults) as object[]).length]).toEqual(['ko', 'items_failed', 2])
    const taken = await ran(harness, [each([refuseTwo, double], { next: [{ status: 'KO', code: 'items_failed', do: 'continue' }] })])
    expect(taken.row.status).toBe('ok')
  })

  it('a filter ends its item, and stop the run', async () => {
    await using harness = await openFlowsHarness()
    const odd = { id: 'odd', kind: 'filter', if: '{{ item != 2 }}' }
    expect((await ran(harness, [each([odd, double])])).loop.output).toMatchObject([
      { output: 2 },
      { status: 'SKIP', code: 'filtered' },
      { output: 6 },
    ])
    const stopAtTwo = { id: 'at', kind: 'branch', if: '{{ item == 2 }}', then: [{ id: 'stop', kind: 'stop' }] }
    const { row, records, loop } = await ran(harness, [each([stopAtTwo, double])])
    expect([row.status, row.state, loop.status, loop.code]).toEqual(['ok', null, 'SKIP', 'ended'])
    expect(records.filter(({ id }) => id === 'double')).toHaveLength(1)
  })

  it('loops within loops see their own items, and steps only those of the same item', async () => {
    await using harness = await openFlowsHarness()
    const inner = {
      id: 'inner',
      kind: 'for_each',
      items: '{{ item }}',
      steps: [{ id: 'sum', kind: 'transform', expression: 'item + index' }],
    }
    const { loop } = await ran(
      harness,
      [each([{ id: 'seen', kind: 'set_meta', meta: { before: '{{ steps.inner.status }}' } }, inner])],
      [[1, 2], [], [3]],
    )
    const outputs = (loop.output as { output: { output: number }[] }[]).map(({ output }) => output.map(({ output: sum }) => sum))
    expect(outputs).toEqual([[1, 3], [], [3]])
  })

  it('is kept between its items: each waits and sends, and numbers keep their digits', async () => {
    await using harness = await openFlowsHarness()
    const send = { id: 'send', kind: 'http_request', url: 'https://erp.example/{{ index }}' }
    const flow = await harness.addFlow(
      [each([{ id: 'wait', kind: 'delay', for: 0.01 }, send, { id: 'kept', kind: 'set_meta', meta: { last: '{{ item }}' } }])],
      {
        trigger: { kind: 'webhook', listener: 'orders' },
      },
    )
    const body = Buffer.from('{"list":[12345678901234567890,2]}')
    const { run } = await harness.accept(flow, { body, body_bytes: body.length })
    for (const index of [0, 1]) {
      const { task, request } = await harness.delivery(run)
      expect(request['url']).toBe(`https://erp.example/${index}`)
      const place = (await harness.run(run, (row) => row.parked_on !== null)).state
      expect(JSON.parse(place!)).toMatchObject({ at: 'send', loops: [{ step: 'each', index, failed: 0 }] })
      if (index === 0) expect((await harness.run(run, () => true)).state).toContain('12345678901234567890')
      await harness.settle(task, { ok: true, code: null, message: null, status: 200, body: null })
    }
    expect(await harness.run(run)).toMatchObject({ status: 'ok', meta: '{"last":2}' })
  })

  it('a step that is ended from outside fails its item only', async () => {
    await using harness = await openFlowsHarness()
    const bomb = { id: 'code', kind: 'code', source: 'if (index === 1) for (;;); return item' }
    const { loop } = await ran(harness, [each([bomb])])
    expect(loop.output).toMatchObject([{ output: 1 }, { status: 'KO', code: 'timeout' }, { output: 3 }])
  })

  it('a thousand items run, and more do not', async () => {
    await using harness = await openFlowsHarness()
    const many = (count: number) => Array.from({ length: count }, (_, index) => index)
    const { loop, row } = await ran(harness, [each([double])], many(1000))
    expect([row.status, (loop.output as object[]).length]).toEqual(['ok', 1000])
    expect((await ran(harness, [each([double])], many(1001))).loop).toMatchObject({ status: 'KO', code: 'too_many_items' })
    const inner = {
      id: 'inner',
      kind: 'for_each',
      items: '{{ body.list }}',
      steps: [{ id: 'note', kind: 'set_meta', meta: { at: '{{ index }}' } }],
    }
    const nested = await ran(harness, [each([inner])], many(1000))
    expect([nested.row.status, nested.records.length < 5010]).toEqual(['ko', true])
  })

  it.each<[list: unknown, status: string]>([
    [[], 'OK'],
    [null, 'OK'],
    ['text', 'KO'],
    [{ a: 1 }, 'KO'],
    [5, 'KO'],
  ])('of %j it is %s', async (list, status) => {
    await using harness = await openFlowsHarness()
    expect((await ran(harness, [each([double])], list)).loop).toMatchObject(
      status === 'OK' ? { status, output: [] } : { status, code: 'invalid_items' },
    )
  })

  it('mistakes inside it are reported with their place', async () => {
    await using transforms = createTransformPool({ clock: systemClock })
    const compiled = async (steps: unknown[]) => compileFlow({ name: 'A', trigger: { kind: 'job' }, steps }, { transforms, owner: 'app' })
    expect(await compiled([each([{ ...double, expression: '1 +' }])])).toMatchObject({
      faults: [{ pointer: '/steps/0/steps/0/expression' }],
    })
    expect(await compiled([each([{ id: 'x', kind: 'stop', wehn: true }])])).toMatchObject({
      faults: [{ pointer: '/steps/0/steps/0/wehn' }],
    })
    expect(await compiled([each([])])).toMatchObject({ faults: [{ pointer: '/steps/0/steps' }] })
    expect(await compiled([each([double], { items: 'lines' })])).toMatchObject({ faults: [{ pointer: '/steps/0/items' }] })
    expect(await compiled([each([double, double])])).toMatchObject({ faults: [{ code: 'duplicate_step_id' }] })
  })
})
