import { expect, test } from 'vitest'
import { AppError } from '#domain'
import { noFailpoint } from '#platform'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import type { LoadedRun } from '#store'
import { SegmentCommits, type SegmentCommitsDeps } from './segment-commits.ts'

const run = { id: 'run_1', application_id: 'app_1', rev: 0, reply: '', steps: '[]', faults: '[]', meta: '{}', waiter: null }
const loaded = { run, request: null } as unknown as LoadedRun

function failing(error: Error) {
  const clock = createFakeClock()
  let tries = 0
  const commits = new SegmentCommits({
    ...{ clock, log: createCollectingLog(), failpoint: noFailpoint, session: { id: 'ses_1' }, operational: { of: () => [] } },
    committer: { commitRun: async () => (tries++, Promise.reject(error)) },
  } as unknown as SegmentCommitsDeps)
  const ended = { now: false }
  const end = commits.endAsKo(loaded, null, { code: 'internal', message: '' }).finally(() => (ended.now = true))
  return { clock, ended, end, tries: () => tries }
}

test('a commit that fails by no fault of the machine is given up, after some tries', async () => {
  const { clock, end, tries } = failing(new TypeError('nobody can write this'))
  await Promise.all([expect(end).rejects.toThrow('nobody can write this'), clock.run(60_000)])
  expect(tries()).toBe(6)
})

test('a store that is away is waited for, however long', async () => {
  const { clock, ended, tries } = failing(new AppError('store_unavailable'))
  await clock.run(600_000)
  expect(ended.now).toBe(false)
  expect(tries()).toBeGreaterThan(2000)
})
