import { expect, test } from 'vitest'
import { AppError } from '#domain'
import { noFailpoint } from '#platform'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import type { ReplayStep, StoredReplay } from '#store'
import { emptyStep, ReplayWork } from './replay-work.ts'

const replay = (id: string): StoredReplay => ({
  ...{
    id,
    application_id: 'app_1',
    kind: 'deliveries',
    filter: '{}',
    rate: 1,
    until: 'z',
    status: 'running',
    rev: 0,
    place: '',
    next_at: 0,
  },
  ...{ matched: 0, queued: 0, skipped: 0, created_at: 0, updated_at: 0, finished_at: null, failure: null },
})

/** Carries out what runs, on a clock and a store of the test's own. `steps`: what the next step of each is. */
function working(ids: string[], steps: (id: string) => Promise<ReplayStep | undefined>) {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const taken: ReplayStep[] = []
  const running = new Map(ids.map((id) => [id, { ...replay(id), next_at: clock.now() }]))
  const work = new ReplayWork({
    ...{ clock, log, failpoint: noFailpoint, kinds: ['deliveries'] },
    nextStep: (one) => steps(one.id),
    store: {
      queries: {
        replays: {
          running: async (now: number, { most }: { most: number }) =>
            [...running.values()]
              .toSorted((a, b) => a.next_at - b.next_at)
              .slice(0, most)
              .map((one) => ({ ...one, wait: one.next_at - now })),
        },
      } as never,
      async advanceReplay(step) {
        const row = running.get(step.replay)
        if (row?.rev !== step.rev || row.next_at > clock.now()) return { kind: 'lost' }
        taken.push(step)
        if (step.end !== null) running.delete(step.replay)
        else running.set(step.replay, { ...row, rev: row.rev + 1, next_at: clock.now() + step.waitMs })
        return { kind: 'advanced', queued: 0 }
      },
    },
  })
  work.start()
  return { clock, log, taken, work }
}

test.each([
  ['fails', async () => Promise.reject(new TypeError('a row that nobody can read'))],
  ['is not to be had', async () => undefined],
])('as many replays as a round reads, whose step %s, stand behind those that go on', async (_, step) => {
  const bad = Array.from({ length: 40 }, (_, i) => `rpl_bad_${i}`)
  const { clock, taken, work } = working([...bad, 'rpl_good'], async (id) =>
    id === 'rpl_good' ? { ...emptyStep(replay(id)), rev: goods++, waitMs: 1000, end: null } : step(),
  )
  let goods = 0
  await clock.run(20_000)
  expect(taken.filter((one) => one.replay === 'rpl_good').length).toBeGreaterThan(8)
  await work.stop()
})

test('a replay whose step always fails holds up no other, is tried ever later, and ends as failed', async () => {
  const { clock, log, taken, work } = working(['rpl_bad', 'rpl_good'], async (id) => {
    if (id === 'rpl_bad') throw new TypeError('a row that nobody can read')
    return { ...emptyStep(replay(id)), rev: goods++, waitMs: 1000, end: null }
  })
  let goods = 0
  await clock.run(100)
  expect(taken.map((step) => step.replay)).toContain('rpl_good')
  await clock.run(60_000)
  const tries = () => log.entries.filter(({ event }) => event === 'replay.step.failed').length
  expect(tries()).toBe(6)
  await clock.run(240_000)
  expect(tries()).toBe(8)
  expect(taken.filter((step) => step.replay === 'rpl_bad').map(({ waitMs, end }) => end ?? waitMs)).toEqual([
    ...[1000, 2000, 4000, 8000, 16_000, 32_000, 60_000],
    { status: 'failed', failure: 'internal' },
  ])
  await work.stop()
})

test('a store that is away makes no replay fail, however long, and is not asked twenty times a second', async () => {
  let asked = 0
  let isAway = true
  const { clock, log, taken, work } = working(['rpl_1'], async (id) => {
    asked++
    if (isAway) throw new AppError('store_unavailable')
    return { ...emptyStep(replay(id)), end: { status: 'done' } }
  })
  await clock.run(3_600_000)
  expect(taken).toEqual([])
  expect(asked).toBeLessThan(800)
  expect(log.entries.some(({ event }) => event === 'replay.step.failed')).toBe(false)
  isAway = false
  await clock.run(6000)
  expect(taken).toMatchObject([{ replay: 'rpl_1', end: { status: 'done' } }])
  await work.stop()
})
