import { describe, expect, it } from 'vitest'
import { systemClock, type Clock } from '#platform'
import { openFlowsHarness } from '../../../../test/support/flows-harness.ts'
import type { FlowsOptions } from './index.ts'

/** A second passes in a millisecond. */
const hasty: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 1000,
  after: (ms, act) => systemClock.after(ms / 100, act),
}

const note = [{ id: 'note', kind: 'set_meta', meta: { a: 1 } }]
const defect = () => {
  throw new TypeError('a defect of ours')
}

/** What fails by a defect of ours before a run's first step, or where it is to be ended. */
const defects: Readonly<Record<string, (options: FlowsOptions) => FlowsOptions>> = {
  'the look for its version': (options) => ({
    ...options,
    transforms: { ...options.transforms, known: defect, compile: defect },
  }),
  'the opening of its secrets': (options) => ({ ...options, vault: { ...options.vault, openText: defect } }),
  'the telling of its end, after a step that nobody can run': (options) => ({
    ...options,
    segmentPool: { run: defect },
    operational: { of: defect },
  }),
}

describe.each(['sqlite', 'postgres'] as const)('a run that a defect of ours keeps from its end, on %s', (engine) => {
  it.each(Object.entries(defects))('by %s, is tried a bounded number of times, and is KO with the reason', async (_, change) => {
    await using harness = await openFlowsHarness({ engine, change: (options) => ({ ...change(options), clock: hasty }) })
    await harness.addSecret('erp', 'a secret of the application')
    const flow = await harness.addFlow([...note, { id: 'made', kind: 'transform', expression: '{ "a": body.id }' }])
    const { run } = await harness.accept(flow)
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ko', error_code: 'internal' })
    expect(JSON.parse(ended.faults)).toEqual([
      expect.objectContaining({ code: 'internal', message: expect.stringContaining('went wrong') }),
    ])
    expect(await harness.reply(run)).toMatchObject({ status: 500 })
    const failures = harness.log.entries.filter(({ event }) => event === 'flows.run.failed')
    expect(failures.length).toBeLessThanOrEqual(9)
  })

  it('and that the store takes no end of, is left alone after as many tries', async () => {
    const refused = { kind: 'refused', detail: 'no row of this kind' } as const
    await using harness = await openFlowsHarness({
      engine,
      change: (options) => ({ ...options, clock: hasty, committer: { ...options.committer, commitRun: async () => refused } }),
    })
    const flow = await harness.addFlow(note)
    const { run } = await harness.accept(flow)
    const left = () => harness.log.entries.filter(({ event }) => event === 'flows.run.left')
    await expect.poll(() => left().length, { timeout: 30_000 }).toBe(1)
    const tries = () => harness.log.entries.filter(({ event }) => event === 'flows.run.failed').length
    const before = tries()
    expect(before).toBe(9)
    // Others go on, and those of the same flow.
    const other = await harness.accept(flow)
    await expect.poll(() => left().map(({ fields }) => fields['run']), { timeout: 30_000 }).toEqual([run, other.run])
    expect(tries()).toBe(18)
  })
})
