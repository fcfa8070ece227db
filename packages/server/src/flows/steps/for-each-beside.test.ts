import { describe, expect, it } from 'vitest'
import type { RunId, StepDeliveryOutcome } from '#domain'
import { createTransformPool, systemClock } from '#platform'
import { tablesOf } from '#store/testing'
import { compileFlow } from '../index.ts'
import { openFlowsHarness, type FlowsHarness } from '../../../../../test/support/flows-harness.ts'

const send = { id: 'send', kind: 'http_request', url: 'https://erp.example/{{ index }}' }
const each = (steps: unknown[], fields: object = {}) => ({
  id: 'each',
  kind: 'for_each',
  items: '{{ body.list }}',
  concurrency: 3,
  steps,
  ...fields,
})
const answer = (status: number, body = ''): StepDeliveryOutcome =>
  status === 200
    ? { ok: true, code: null, message: null, status, body }
    : { ok: false, code: `http_${status}`, message: 'No.', status, body }

async function started(harness: FlowsHarness, steps: unknown[], list: unknown[] = [0, 1, 2, 3, 4]) {
  const flow = await harness.addFlow(steps, { trigger: { kind: 'job' } })
  const { run } = await harness.startJob(flow, { document: { list } })
  /** Which items wait for their answer, once it is so many. */
  const sent = async (count: number) => {
    await harness.run(run, ({ status }) => status === 'waiting')
    const tasks = await waitingTasks(harness, run)
    if (tasks.size !== count) throw new Error(`${[...tasks.keys()].join()} wait, not ${count}`)
    return tasks
  }
  /** Ends one, and waits until the run has heard of it. */
  const settle = async (index: number, outcome = answer(200, `${index}`)) => {
    const task = (await waitingTasks(harness, run)).get(index)!
    await harness.settle(task, outcome)
    await harness.run(run, ({ status, wake }) => status !== 'running' && status !== 'queued' && wake === null)
  }
  return { run, sent, settle, row: () => harness.run(run) }
}

/** By the place in the list, which the URL says. */
async function waitingTasks({ store, tasks }: FlowsHarness, run: RunId) {
  const query = tablesOf(store)
    .selectFrom('delivery')
    .select(['id', 'created_at'])
    .where('run_id', '=', run)
    .where('finished_at', 'is', null)
  const steps = JSON.parse(
    (await tablesOf(store).selectFrom('run').select('steps').where('id', '=', run).executeTakeFirstOrThrow()).steps,
  ) as {
    made?: string
    item?: number[]
  }[]
  const rows = await query.execute()
  return new Map(rows.map(({ id }) => [steps.find(({ made }) => made === id)!.item![0]!, tasks.find(({ delivery }) => delivery === id)!]))
}

const loopOf = (row: { steps: string }) =>
  (
    JSON.parse(row.steps) as {
      id: string
      status: string
      code?: string
      output: { status: string; code: string | null; output: unknown }[]
    }[]
  ).find(({ id }) => id === 'each')!

describe('for_each with concurrency', () => {
  it('has so many items wait beside each other, and the results in the order of the items', async () => {
    await using harness = await openFlowsHarness()
    const after = { id: 'kept', kind: 'transform', expression: "index & ': ' & steps.send.output.body" }
    const { run, sent, settle, row } = await started(harness, [
      each([send, after]),
      { id: 'end', kind: 'set_meta', meta: { last: '{{ steps.each.code }}' } },
    ])
    expect([...(await sent(3)).keys()]).toEqual([0, 1, 2])
    await settle(1)
    expect([...(await sent(3)).keys()].toSorted((a, b) => a - b)).toEqual([0, 2, 3])
    await settle(2)
    await settle(0)
    expect([...(await sent(2)).keys()].toSorted((a, b) => a - b)).toEqual([3, 4])
    expect(await harness.run(run, () => true)).toMatchObject({ parked_on: '*', status: 'waiting', holder: null })
    await settle(4)
    await settle(3)
    const ended = await row()
    expect(loopOf(ended)).toMatchObject({ status: 'OK', output: [0, 1, 2, 3, 4].map((i) => ({ status: 'OK', output: `${i}: ${i}` })) })
    expect(ended).toMatchObject({ status: 'ok', parked_on: null, wake: null, meta: '{"last":null}' })
  })

  it('a run that was woken by one delivery before the loop hears of those of the loop', async () => {
    await using harness = await openFlowsHarness()
    const code = { id: 'thrice', kind: 'code', source: 'return item * 3' }
    const first = { id: 'first', kind: 'http_request', url: 'https://erp.example/first' }
    const flow = await harness.addFlow([first, each([send, code])], { trigger: { kind: 'job' } })
    const { run } = await harness.startJob(flow, { document: { list: [1, 2] } })
    await harness.settle((await harness.delivery(run)).task, answer(200, '{"first":true}'))
    await harness.run(run, ({ status, parked_on: parked }) => status === 'waiting' && parked === '*')
    expect((await harness.run(run, () => true)).wake).toBeNull()
    for (const task of (await waitingTasks(harness, run)).values()) await harness.settle(task, answer(200))
    expect(loopOf(await harness.run(run)).output.map(({ output }) => output)).toEqual([3, 6])
  })

  it('an item that fails ends alone, and hears what its own request was answered', async () => {
    await using harness = await openFlowsHarness()
    const { settle, sent, row } = await started(harness, [each([send], { next: [{ status: 'KO', do: 'continue' }] })], [0, 1, 2])
    await sent(3)
    await settle(2, answer(503, 'busy'))
    await settle(0)
    await settle(1)
    const ended = await row()
    expect(ended.status).toBe('ok')
    expect(loopOf(ended)).toMatchObject({
      code: 'items_failed',
      output: [{ output: { body: 0 } }, { output: { body: 1 } }, { status: 'KO', code: 'http_503', output: { body: 'busy' } }],
    })
  })

  it('all that ends before the run looks is heard, each by its own item', async () => {
    await using harness = await openFlowsHarness()
    const { sent, row } = await started(
      harness,
      [each([send], { concurrency: 16 })],
      Array.from({ length: 16 }, (_, i) => i),
    )
    const tasks = await sent(16)
    await Promise.all([...tasks].map(([index, task]) => harness.settle(task, answer(200, `"${index} \u{1F980}"`))))
    expect(loopOf(await row()).output.map(({ output }) => (output as { body: string }).body)).toEqual(
      Array.from({ length: 16 }, (_, i) => `${i} \u{1F980}`),
    )
  })

  it('moments pass beside each other, steps see their own item, and loops within run one after the other', async () => {
    await using harness = await openFlowsHarness()
    const inner = {
      id: 'inner',
      kind: 'for_each',
      items: '{{ item }}',
      steps: [
        { id: 'wait', kind: 'delay', for: 0.01 },
        { id: 'own', kind: 'transform', expression: 'item' },
      ],
    }
    const outer = { id: 'seen', kind: 'transform', expression: "item[0] & '/' & $join(steps.inner.output.output)" }
    const { row } = await started(harness, [each([inner, outer])], [['a', 'b'], ['c'], [], ['d', 'e', 'f']])
    const ended = await row()
    expect(loopOf(ended).output.map(({ output }) => output)).toEqual(['a/ab', 'c/c', '/', 'd/def'])
  })

  it('gives up what other items wait for, where the time of the loop is over or the run ends inside', async () => {
    await using harness = await openFlowsHarness()
    const late = await started(harness, [each([send], { timeoutMs: 50 })])
    const ended = await late.row()
    expect([ended.status, loopOf(ended).code, loopOf(ended).output.length]).toEqual(['ko', 'timeout', 3])
    const stops = [send, { id: 'at', kind: 'branch', if: '{{ index == 1 }}', then: [{ id: 'stop', kind: 'stop' }] }]
    const stopped = await started(harness, [each(stops)])
    await stopped.sent(3)
    await stopped.settle(1)
    expect(await stopped.row()).toMatchObject({ status: 'ok', parked_on: null })
    const statuses = await tablesOf(harness.store).selectFrom('delivery').select(['run_id', 'status']).execute()
    expect(statuses.filter(({ run_id: of }) => of === late.run).map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ])
    expect(
      statuses
        .filter(({ run_id: of }) => of === stopped.run)
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(['cancelled', 'cancelled', 'delivered'])
  })

  it('a person cancels the request of one item, which fails alone', async () => {
    await using harness = await openFlowsHarness()
    const { sent, row } = await started(harness, [each([send])], [0, 1])
    const tasks = await sent(2)
    await harness.store.cancelDeliveries([tasks.get(0)!.delivery])
    await harness.settle(tasks.get(1)!, answer(200))
    // Of nobody, until a session looks for such runs.
    await harness.store.adoptRuns(harness.session.id, 10)
    expect(loopOf(await row())).toMatchObject({ code: 'items_failed', output: [{ code: 'cancelled' }, { status: 'OK' }] })
  })

  it('mistakes are told with their place', async () => {
    await using transforms = createTransformPool({ clock: systemClock })
    const compiled = (steps: unknown[]) => compileFlow({ name: 'A', trigger: { kind: 'job' }, steps }, { transforms, owner: 'app' })
    expect(await compiled([each([{ ...each([send]), id: 'inner' }])])).toMatchObject({
      faults: [{ code: 'nested_concurrency', pointer: '/steps/0/steps/0/concurrency' }],
    })
    for (const concurrency of [0, 17, 1.5, '{{ body.n }}'])
      expect(await compiled([each([send], { concurrency })])).toMatchObject({ faults: [{ pointer: '/steps/0/concurrency' }] })
  })
})
