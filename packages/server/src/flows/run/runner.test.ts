import { describe, expect, it } from 'vitest'
import type { ApplicationId, RunId } from '#domain'
import { systemClock, type Clock } from '#platform'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import type { HeldRun, LoadedRun } from '#store'
import { HeldRuns } from './held-runs.ts'
import { Runner, type RunnerOptions } from './runner.ts'

/** A second passes in a hundredth. */
const hasty: Clock = { ...systemClock, after: (ms, act) => systemClock.after(ms / 100, act) }

interface Circumstances {
  readonly clock?: Clock
  /** What becomes at once of a run; undefined: it goes on until the test ends it. */
  readonly became?: (application: string) => 'held' | 'ended' | undefined
}

/** Runs as the store keeps them under one session's name, and runs that end when the test says so. */
function harness(
  limits: Pick<RunnerOptions, 'underWayMax' | 'waitingMax'>,
  { clock = hasty, became = () => undefined }: Circumstances = {},
) {
  const kept = new Map<string, LoadedRun>()
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const pages: number[] = []
  let news = Promise.withResolvers<void>()
  const runner = new Runner({
    store: {
      async heldRuns(_, after, most): Promise<HeldRun[]> {
        const page = [...kept.values()].filter(({ run }) => run.id > (after ?? '')).slice(0, most)
        pages.push(page.length)
        return page.map(({ run }) => ({ run: run.id as RunId, application: run.application_id as ApplicationId, rev: 0 }))
      },
      loadRuns: async (ids) => ids.flatMap((id) => kept.get(id) ?? []),
    },
    session: { id: 'ses_1', mayAct: () => true },
    clock,
    log: createCollectingLog(),
    giveUp: async () => {},
    runOne: ({ run }) => {
      started.push(run.id)
      const at = became(run.application_id)
      if (at === 'ended') kept.delete(run.id)
      if (at !== undefined) return Promise.resolve(at === 'held' ? at : undefined)
      news.resolve()
      news = Promise.withResolvers()
      return new Promise((resolve) =>
        ends.set(run.id, () => {
          kept.delete(run.id)
          resolve()
        }),
      )
    },
    ...limits,
  })
  let made = 0
  return {
    runner,
    started,
    pages,
    /** In the store only, as if there had been no place for them. */
    keep(application: string, count: number, flow = 'flow_1'): LoadedRun[] {
      return Array.from({ length: count }, () => {
        const id = `run_${String(++made).padStart(6, '0')}`
        const run = { id, application_id: application, flow_id: flow, version: 1, steps: '[]', input: null, holder: 'ses_1' }
        const loaded = { run, request: null } as unknown as LoadedRun
        kept.set(id, loaded)
        return loaded
      })
    },
    end: (run: string) => ends.get(run)!(),
    turns: async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise(setImmediate)
    },
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await news.promise
    },
  }
}

const idsOf = (runs: readonly LoadedRun[]) => runs.map(({ run }) => run.id)

describe('runs of one application that do not end', () => {
  it('leave places to others: theirs begin at once, those of one application in their order', async () => {
    const { runner, started, keep, until } = harness({ underWayMax: 16, waitingMax: 100 })
    runner.start()
    runner.take(keep('app_attacker', 1000))
    await until(() => started.length === 8)
    const victims = idsOf([...keep('app_victim', 1), ...keep('app_other', 1)])
    const more = keep('app_victim', 2)
    runner.takeHeld(victims.map((run, i) => ({ run: run as RunId, application: ['app_victim', 'app_other'][i] as ApplicationId, rev: 0 })))
    runner.take(more)
    await until(() => [...victims, ...idsOf(more)].every((run) => started.includes(run)))
    expect(started.filter((run) => run <= 'run_001000')).toEqual(
      Array.from({ length: 8 }, (_, i) => `run_${String(i + 1).padStart(6, '0')}`),
    )
    expect(runner.counts).toMatchObject({ underWay: 12 })
    await runner.stop(AbortSignal.abort())
  })

  it('leave places to newcomers, however many applications there are', async () => {
    const { runner, started, keep, until } = harness({ underWayMax: 64, waitingMax: 1000 })
    runner.start()
    for (let i = 0; i < 40; i++) runner.take(keep(`app_${i}`, 20))
    await until(() => new Set(started.map((run) => Math.ceil(Number(run.slice(4)) / 20))).size === 40)
    const [victim] = keep('app_victim', 1)
    runner.take([victim!])
    await until(() => started.includes(victim!.run.id))
    expect(runner.counts.underWay).toBeLessThanOrEqual(64)
    await runner.stop(AbortSignal.abort())
  })

  it('leave those of others that memory had no place for to be read, behind thousands of theirs', async () => {
    const { runner, started, keep, until } = harness({ underWayMax: 4, waitingMax: 20 })
    const attackers = keep('app_attacker', 5000)
    const victims = idsOf(keep('app_victim', 20))
    runner.start()
    runner.take(attackers)
    await until(() => started.includes(victims[0]!))
    expect(started.filter((run) => run < victims[0]!)).toEqual(['run_000001', 'run_000002'])
    await runner.stop(AbortSignal.abort())
  })

  it('and of what is in the store all run, each once and in its order', async () => {
    const { runner, started, keep, until, end } = harness({ underWayMax: 8, waitingMax: 40 })
    const [one, other] = [idsOf(keep('app_one', 1500)), idsOf(keep('app_other', 100))]
    runner.start()
    for (let ended = 0; ended < 1600; ended++) {
      await until(() => started.length > ended)
      end(started[ended]!)
    }
    expect(started.filter((run) => run <= one.at(-1)!)).toEqual(one)
    expect(started.filter((run) => run > one.at(-1)!)).toEqual(other)
    await runner.stop(AbortSignal.abort())
  })

  it('begin in the order in which they came, though more come than can be run', async () => {
    const { runner, started, keep, until, end } = harness({ underWayMax: 4, waitingMax: 20 })
    runner.start()
    const all = keep('app_busy', 60)
    runner.take(all)
    for (let ended = 0; ended < 300; ended++) {
      await until(() => started.length > ended)
      end(started[ended]!)
      // Its place is free, and the newest of all are at the door.
      const newest = keep('app_busy', 2)
      runner.take(newest)
      all.push(...newest)
    }
    expect(started.slice(0, 300)).toEqual(idsOf(all).slice(0, 300))
    await runner.stop(AbortSignal.abort())
  })

  it('are looked through a few pages at a time, for what else there is', async () => {
    const { runner, started, pages, keep, until } = harness({ underWayMax: 4, waitingMax: 20 })
    keep('app_attacker', 20_000)
    runner.start()
    await until(() => started.length === 2)
    const beforehand = pages.length
    await new Promise(setImmediate)
    expect(pages.length - beforehand).toBeLessThan(10)
    await runner.stop(AbortSignal.abort())
  })
})

describe('runs that the store has more of than memory takes', () => {
  // As in production: one application may have half of it.
  const limits = { underWayMax: 1024, waitingMax: 10_000 }

  it('are read as others end, with no second of waiting between, and those of the next application do not wait for the last of the first', async () => {
    // Nothing that waits for a time goes on here.
    const { runner, started, pages, keep, turns } = harness(limits, { clock: createFakeClock(), became: () => 'ended' })
    const [one, other] = [idsOf(keep('app_one', 20_000)), idsOf(keep('app_other', 20_000))]
    runner.start()
    for (let turn = 0; turn < 4000 && started.length < 40_000; turn++) await turns(1)
    expect(started.filter((run) => run <= one.at(-1)!)).toEqual(one)
    expect(started.filter((run) => run > one.at(-1)!)).toEqual(other)
    expect(started.indexOf(other[0]!)).toBeLessThan(15_000)
    // Each run is on two pages at most: its own application's, and the look's.
    expect(pages.length).toBeLessThan((2 * 40_000) / 256 + 20)
    await runner.stop(AbortSignal.abort())
  })

  it('are read behind those of another application that do not end', async () => {
    const became = (application: string) => (application === 'app_slow' ? undefined : 'ended')
    const { runner, started, keep, turns } = harness(limits, { clock: createFakeClock(), became })
    const [slow, other] = [idsOf(keep('app_slow', 20_000)), idsOf(keep('app_other', 20_000))]
    runner.start()
    for (let turn = 0; turn < 4000 && !started.includes(other.at(-1)!); turn++) await turns(1)
    expect(started.filter((run) => run > slow.at(-1)!)).toEqual(other)
    expect(runner.counts.underWay).toBe(512)
    await runner.stop(AbortSignal.abort())
  })
})

describe('runs that wait for a secret that cannot be opened', () => {
  const limits = { underWayMax: 64, waitingMax: 30_000 }

  it('are neither read nor tried anew while they wait: of thousands one is tried each half minute, and when it goes on all do', async () => {
    const clock = createFakeClock()
    let opens = false
    const { runner, started, pages, keep, turns } = harness(limits, { clock, became: () => (opens ? 'ended' : 'held') })
    keep('app_1', 12_000)
    runner.start()
    await turns(2000)
    expect(started).toHaveLength(12_000)
    pages.length = 0
    for (let second = 0; second < 20; second++) {
      clock.advance(1000)
      await turns(10)
    }
    expect(started).toHaveLength(12_000)
    expect(pages.length).toBeLessThanOrEqual(20 * 9)
    for (let second = 0; second < 20; second++) {
      clock.advance(1000)
      await turns(10)
    }
    expect(started).toHaveLength(12_001)
    opens = true
    for (let second = 0; second < 60; second++) {
      clock.advance(1000)
      await turns(100)
    }
    expect(started.length).toBe(24_001)
    await runner.stop(AbortSignal.abort())
  })

  it('are forgotten once they are cancelled', () => {
    const clock = createFakeClock()
    const held = new HeldRuns(clock)
    const [cancelled, waits] = harness(limits).keep('app_1', 2)
    for (const loaded of [cancelled!, waits!]) held.tried(loaded, true)
    for (let reading = 0; reading < 3; reading++) {
      expect(held.has(waits!.run.id as RunId)).toBe(true)
      held.listed()
    }
    expect([cancelled!, waits!].map(({ run }) => held.has(run.id as RunId))).toEqual([false, true])
  })

  it('leave nothing behind once they are gone, of however many flows', () => {
    const held = new HeldRuns(createFakeClock())
    const runs = harness({ ...limits, waitingMax: 2000 }).keep('app_1', 2000)
    for (const [i, loaded] of runs.entries()) {
      if (i % 2 === 0) held.failed(loaded)
      else held.tried({ ...loaded, run: { ...loaded.run, flow_id: `flow_${i}` } }, true)
    }
    expect(held.size).toBe(3000)
    for (let reading = 0; reading < 2; reading++) held.listed()
    expect(held.size).toBe(0)
  })
})

it('a run that can neither go on nor be ended is tried ever later, eight times more, and holds no other of its flow', () => {
  const clock = createFakeClock()
  const held = new HeldRuns(clock)
  const [bad, good] = harness({ underWayMax: 2, waitingMax: 4 }).keep('app_1', 2)
  const isHeld = ({ run }: LoadedRun) => held.has(run.id as RunId)
  const waits: number[] = []
  for (let tries = 0; tries < 8; tries++) {
    expect(held.failed(bad!)).toBe(true)
    const since = clock.monotonic()
    expect([isHeld(bad!), isHeld(good!)]).toEqual([true, false])
    while (isHeld(bad!)) clock.advance(1000)
    waits.push((clock.monotonic() - since) / 1000)
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256])
  expect(held.failed(bad!)).toBe(false)
  clock.advance(86_400_000)
  expect(isHeld(bad!)).toBe(true)
  held.tried(bad!, false)
  expect(held.failed(bad!)).toBe(true)
  clock.advance(2000)
  expect(isHeld(bad!)).toBe(false)
})
