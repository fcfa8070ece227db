import { describe, expect, it } from 'vitest'
import { createTransformPool, systemClock } from '#platform'
import { tablesOf } from '#store/testing'
import { compileFlow } from '../index.ts'
import { openFlowsHarness } from '../../../../../test/support/flows-harness.ts'

const delay = (fields: object) => ({ id: 'wait', kind: 'delay', ...fields })
const after = { id: 'after', kind: 'set_meta', meta: { waited: '{{ steps.wait.status }}' } }
const stepsOf = (row: { steps: string }) => JSON.parse(row.steps) as Record<string, unknown>[]

describe('delay', () => {
  it('parks the run in the store until its moment, and goes on behind the step', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([delay({ for: 0.4 }), after])
    const { run } = await harness.accept(flow)
    const parked = await harness.run(run, (row) => row.due_at !== null)
    expect(parked).toMatchObject({ status: 'waiting', holder: null })
    const [step] = stepsOf(parked) as [{ input: { until: string } }]
    expect(step).toMatchObject({ id: 'wait', status: 'RUN' })
    expect(parked.due_at! - Date.parse(step.input.until)).toBeLessThan(2000)
    expect(harness.flows.counts).toEqual({ waiting: 0, underWay: 0 })
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ok', due_at: null, meta: '{"waited":"OK"}' })
    const late = ended.finished_at! - parked.due_at!
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(2000)
    expect(stepsOf(ended)[0]).toMatchObject({ status: 'OK', durationMs: expect.toSatisfy((ms: number) => ms >= 400) })
  })

  it('waits as long as ever after the clock was set back by hours', async () => {
    let backMs = 0
    await using harness = await openFlowsHarness({ clock: { ...systemClock, now: () => systemClock.now() - backMs } })
    const flow = await harness.addFlow([delay({ for: 1 }), after])
    backMs = 3 * 3_600_000
    const begun = systemClock.monotonic()
    expect(await harness.run((await harness.accept(flow)).run)).toMatchObject({ status: 'ok' })
    // The store's time, which never goes back, runs a tenth slower until the clock has caught up.
    expect(systemClock.monotonic() - begun).toBeGreaterThanOrEqual(900)
  })

  it('a moment that is over is no wait, and what data made of it is reported', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([delay({ until: '{{ body.at }}' }), after], { trigger: { kind: 'job' } })
    const startedWith = async (at: unknown) => harness.run((await harness.startJob(flow, { document: { at } })).run)
    expect(await startedWith('2020-01-01T00:00:00Z')).toMatchObject({ status: 'ok' })
    const ended = await startedWith('tomorrow')
    expect(ended).toMatchObject({ status: 'ko', error_code: 'invalid_delay' })
    expect(stepsOf(ended)).toMatchObject([{ input: { until: 'tomorrow' }, faults: [{ paths: ['until'] }] }])
    expect(await startedWith(Date.now() + 400 * 86_400_000)).toMatchObject({ error_code: 'invalid_delay' })
  })

  it('a run that is cancelled while it waits is not woken', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([delay({ for: 0.3 }), after])
    const [first, second] = [await harness.accept(flow), await harness.accept(flow)]
    await harness.run(first.run, (row) => row.due_at !== null)
    expect(await harness.store.cancelRuns([first.run])).toEqual([first.run])
    await harness.run(second.run)
    expect(await harness.run(first.run)).toMatchObject({ status: 'cancelled', due_at: null, meta: '{}' })
  })

  it('two thousand runs that wait take no place in memory, and all go on when their moment has come', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([delay({ for: 'P1M' }), after], { trigger: { kind: 'job' } })
    const runs = await Promise.all(Array.from({ length: 2000 }, () => harness.startJob(flow, {})))
    for (const { run } of runs) await harness.run(run, (row) => row.due_at !== null)
    const { store, flows } = harness
    expect(flows.counts.waiting).toBe(0)
    const moment = tablesOf(store).updateTable('run').set({ due_at: 1 }).compile()
    await store.mutate({ statements: [{ query: moment }], application: null, audit: [] })
    for (const { run } of runs) expect(await harness.run(run)).toMatchObject({ status: 'ok', meta: '{"waited":"OK"}' })
  })

  it.each<[fields: object, pointer: string]>([
    [{}, '/steps/0/for'],
    [{ for: 1, until: '2026-12-24T18:00:00Z' }, '/steps/0/until'],
    [{ for: 'soon' }, '/steps/0/for'],
    [{ until: '2026-12-24' }, '/steps/0/until'],
    [{ for: 'P367D' }, '/steps/0/for'],
    [{ for: 'P12M2D' }, '/steps/0/for'],
    [{ for: 'P2Y' }, '/steps/0/for'],
  ])('%j is refused when the flow is saved', async (fields, pointer) => {
    await using transforms = createTransformPool({ clock: systemClock })
    const definition = { name: 'A', trigger: { kind: 'job' }, steps: [delay(fields)] }
    expect(await compileFlow(definition, { transforms, owner: 'app' })).toMatchObject({
      ok: false,
      faults: [{ pointer, code: 'invalid_delay' }],
    })
  })

  it.each(['P366D', 'P1Y', 'P1Y1D', 'P6M185D', 'P1M{{ body.days }}D'])('{ for: "%s" } can be short enough', async (text) => {
    await using transforms = createTransformPool({ clock: systemClock })
    const definition = { name: 'A', trigger: { kind: 'job' }, steps: [delay({ for: text })] }
    expect(await compileFlow(definition, { transforms, owner: 'app' })).toMatchObject({ ok: true })
  })
})
