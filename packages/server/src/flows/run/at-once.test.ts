import { describe, expect, it } from 'vitest'
import type { StoredRun } from '#store'
import { tablesOf } from '#store/testing'
import { openFlowsHarness, type FlowsHarness } from '../../../../../test/support/flows-harness.ts'

const reply = (fields: object = {}) => ({ id: 'reply', kind: 'webhook_response', ...fields })
const transform = (id: string, expression: string) => ({ id, kind: 'transform', expression })

/** What a run leaves, but for its name, and when its steps ran and it answered. */
function leftBy(row: StoredRun) {
  const steps = (JSON.parse(row.steps) as Record<string, unknown>[]).map((record) => {
    const { startedAt: _, durationMs: __, ...step } = record
    return step
  })
  const named = (text: string | null) => text?.replaceAll(row.id, '<run>') ?? null
  const { status, rev, holder, parked_on, error_code, state, wake, faults, meta, request_id } = row
  return {
    ...{ status, rev, holder, parked_on, error_code, state, wake, faults, meta: named(meta) },
    ...{
      steps: named(JSON.stringify(steps)),
      reply: named(row.reply)?.replace(/,"at":"[^"]*"/, ''),
      hasRequest: request_id !== null,
      ended: row.finished_at !== null,
    },
  }
}

describe('a run that only answers is run before it is kept', () => {
  it.each<[what: string, steps: unknown[]]>([
    ['without steps', []],
    ['a mapped reply', [transform('order', "{ 'total': $sum(body.lines.amount) }"), reply({ body: '{{ steps.order.output }}' })]],
    [
      'meta, and a reply of its own status and headers',
      [
        { id: 'marked', kind: 'set_meta', meta: { total: '{{ body.total }}', run: '{{ run.id }}' } },
        reply({ status: 201, headers: { 'X-Run': '{{ run.id }}' }, body: { id: '{{ body.id }}', page: '{{ query.page }}' } }),
      ],
    ],
    [
      'a branch',
      [{ id: 'large', kind: 'branch', if: '{{ body.total }}', then: [reply({ body: 'large' })], else: [reply({ id: 'small' })] }],
    ],
    [
      'steps that are skipped, and values that are missing',
      [{ ...transform('never', "{ 'a': 1 }"), when: '{{ body.nothing }}' }, reply({ body: { a: '{{ body.nothing.at.all }}' } })],
    ],
  ])('%s: it leaves what it would have left otherwise, and answers the same', async (_, steps) => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow(steps)
    const usual = await harness.accept(flow)
    const usualRow = await harness.run(usual.run)
    const { run, ran } = await harness.acceptAtOnce(flow)
    const row = await rowOf(harness, run)
    expect(leftBy(row)).toEqual(leftBy(usualRow))
    expect(row).toMatchObject({ status: 'ok', rev: 1, holder: null, waiter: null })
    expect(JSON.parse(row.reply!)).toEqual({ ...ran!.reply, at: expect.any(String) as string })
    expect(JSON.stringify(ran!.reply).replaceAll(run, '')).toEqual(JSON.stringify(await harness.reply(usual.run)).replaceAll(usual.run, ''))
  })

  it.each<[what: string, steps: unknown[], expected: Partial<StoredRun>]>([
    ['fails', [{ id: 'off', kind: 'fail', code: 'no', message: 'No.' }], { status: 'ko', error_code: 'no' }],
    ['emits an event', [{ id: 'tell', kind: 'emit_event', eventType: 'order.made', payload: { a: 1 } }, reply()], { status: 'ok' }],
    ['goes on after its answer', [reply(), transform('later', "{ 'a': 1 }")], { status: 'ok', rev: 2 }],
    ['computes elsewhere', [transform('list', '$map(body.lines, function($l) { $l.amount * 2 })'), reply()], { status: 'ok', rev: 1 }],
  ])('one that %s is kept first', async (_, steps, expected) => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow(steps)
    for (let time = 0; time < 2; time++) {
      const { run, ran } = await harness.acceptAtOnce(flow)
      expect(ran).toBeUndefined()
      expect(await harness.run(run)).toMatchObject(expected)
    }
  })

  it('one that sends is kept first', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([{ id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook' }, reply()])
    const { run, ran } = await harness.acceptAtOnce(flow)
    expect(ran).toBeUndefined()
    const { task } = await harness.delivery(run)
    await harness.settle(task, { ok: true, code: null, message: null, status: 200, body: null })
    expect(await harness.run(run)).toMatchObject({ status: 'ok' })
  })

  it('one whose answer of 500 gives its key back is kept first, so that a copy of the request starts anew', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([reply({ status: 503, body: { sorry: true } })])
    expect((await harness.acceptAtOnce(flow)).ran?.reply.status).toBe(503)
    const listener = await harness.addListener()
    const { run, ran } = await harness.acceptAtOnce(flow, { listener_id: listener }, { dedup: 'order-1' })
    expect(ran).toBeUndefined()
    expect((await harness.reply(run)).status).toBe(503)
    expect(await tablesOf(harness.store).selectFrom('dedup').selectAll().execute()).toEqual([])
  })
})

async function rowOf(harness: FlowsHarness, run: string): Promise<StoredRun> {
  return tablesOf(harness.store)
    .selectFrom('run')
    .selectAll()
    .where('id', '=', run as StoredRun['id'])
    .executeTakeFirstOrThrow()
}
