import { describe, expect, it } from 'vitest'
import { openFlowsHarness } from '../../../../test/support/flows-harness.ts'
import { NOBODY, type RunCommit, type RunCommitResult } from '#store'
import { tablesOf } from '#store/testing'
import type { FlowsOptions } from './index.ts'

/** Answers the second commit of the run in the place of the store, which hears nothing of it: as if the process were killed before it. */
function instead(answer: RunCommitResult) {
  let commits = 0
  const answered = Promise.withResolvers<void>()
  const change = (options: FlowsOptions): FlowsOptions => {
    const { committer } = options
    const commitRun = async (commit: RunCommit): Promise<RunCommitResult> => {
      if (++commits !== 2) return committer.commitRun(commit)
      answered.resolve()
      return answer
    }
    return { ...options, committer: { ...committer, commitRun } }
  }
  return { change, answered: answered.promise }
}

const call = { id: 'call', kind: 'http_request', url: 'https://erp.example/{{ item }}' }
const each = (steps: object[], fields: object = {}) => ({
  ...{ id: 'each', kind: 'for_each', items: '{{ body.list }}', concurrency: 2, steps, ...fields },
})

/** What a run waits for no more is ended by the commit in which it says so, and by no earlier one: begun anew, it does what it did before. */
describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  it('a step whose time was over is so again where its process died before the commit', async () => {
    const { change, answered } = instead({ kind: 'lost' })
    await using harness = await openFlowsHarness({ engine, change })
    const late = { ...call, totalTimeoutMs: 100, next: [{ status: 'TIMEOUT', do: 'continue' }] }
    const flow = await harness.addFlow([each([late, { id: 'after', kind: 'code', source: 'return item' }])], { trigger: { kind: 'job' } })
    const { run } = await harness.startJob(flow, { document: { list: [1, 2] } })
    await answered
    // Somebody else takes it over.
    const query = tablesOf(harness.store).updateTable('run').set({ holder: NOBODY }).where('id', '=', run).compile()
    await harness.store.mutate({ statements: [{ query }], application: null, audit: [] })
    await harness.store.adoptRuns(harness.session.id, 10)
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ok', wake: null })
    const steps = JSON.parse(ended.steps) as { id: string; code?: string }[]
    expect(steps.filter(({ id }) => id === 'call').map(({ code }) => code)).toEqual(['timeout', 'timeout'])
    expect(await statuses(harness, run)).toEqual(['cancelled', 'cancelled'])
  })

  it('a run that cannot go on leaves nothing that is sent for it', async () => {
    await using harness = await openFlowsHarness({ engine, change: instead({ kind: 'refused', detail: 'no row of this kind' }).change })
    const flow = await harness.addFlow([each([call])], { trigger: { kind: 'job' } })
    const { run } = await harness.startJob(flow, { document: { list: [1, 2, 3] } })
    const { task } = await harness.delivery(run)
    await harness.settle(task, { ok: true, code: null, message: null, status: 200, body: '{}' })
    expect(await harness.run(run)).toMatchObject({ status: 'ko', error_code: 'refused' })
    expect(await statuses(harness, run)).toEqual(['cancelled', 'delivered'])
  })
})

async function statuses({ store }: Awaited<ReturnType<typeof openFlowsHarness>>, run: string) {
  const rows = await tablesOf(store).selectFrom('delivery').select('status').where('run_id', '=', run).execute()
  return rows.map(({ status }) => status).toSorted()
}
