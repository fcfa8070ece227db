import { describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { createChildPool, type ChildPool } from './child-pool.ts'
import type { PoolAnswer } from './pool-answer.ts'
import { programBeside } from './program-beside.ts'
import type { TrialJob } from './trial-process.ts'

const program = programBeside('./trial-process', import.meta.url)
const OWNERS = 8
const BOMBS = OWNERS * 2
const BOMB_MS = 60

interface Bombed {
  readonly pool: ChildPool<TrialJob, unknown>
  /** How many bombs have ended: a measure of time that a busy machine does not stretch. */
  readonly ended: () => number
  readonly nextEnd: () => Promise<unknown>
}

/**
 * Runs something while owners wait whose every job runs until it is killed. The pool's time goes on by the processor time of each bomb: by
 * the clock they wait for minutes on a busy machine, and whoever has waited long enough comes before all others.
 */
async function withBombs(during: (bombed: Bombed) => Promise<void>): Promise<PoolAnswer<unknown>[]> {
  let [ended, next] = [0, Promise.withResolvers()]
  const clock = { ...systemClock, monotonic: () => ended * BOMB_MS }
  await using pool = createChildPool<TrialJob, unknown>({ clock, program, cpuMs: BOMB_MS })
  for (let i = 0; i < 5; i++) await pool.run({ kind: 'echo', value: i }, { owner: 'known' })
  const bombs = Array.from({ length: BOMBS }, async (_, index) => {
    const answer = await pool.run({ kind: 'spin' }, { owner: `bomber ${index % OWNERS}` })
    ended++
    next.resolve(undefined)
    next = Promise.withResolvers()
    return answer
  })
  await during({ pool, ended: () => ended, nextEnd: () => next.promise })
  return await Promise.all(bombs)
}

describe('fairness by processor time', () => {
  it('an owner who uses little waits for hardly a bomb of eight others, where turns would have him wait for each', async () => {
    const waitedFor: number[] = []
    const answers = await withBombs(async ({ pool, ended, nextEnd }) => {
      while (ended() < BOMBS - 4) {
        const before = ended()
        expect(await pool.run({ kind: 'echo', value: before }, { owner: 'known' })).toEqual({ ok: true, answer: before })
        waitedFor.push(ended() - before)
        if (ended() < BOMBS) await nextEnd()
      }
    })
    expect(waitedFor.length).toBeGreaterThanOrEqual(3)
    expect(waitedFor.toSorted((a, b) => a - b)[Math.floor(waitedFor.length / 2)]).toBeLessThanOrEqual(1)
    expect(Math.max(...waitedFor)).toBeLessThanOrEqual(3)
    // Nobody's job is lost.
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.code))).toEqual(Array(BOMBS).fill('timeout'))
  })

  it('once children are killed, one is held back for owners who use little, and no bomb ever takes it', async () => {
    await withBombs(async ({ pool, ended, nextEnd }) => {
      while (ended() < 2) await nextEnd()
      const children = new Set<unknown>()
      for (let i = 0; i < 6; i++) {
        const answer = await pool.run({ kind: 'who' }, { owner: 'known' })
        children.add(answer.ok && answer.answer)
        await nextEnd()
      }
      expect(children.size).toBe(1)
    })
  })

  it('an owner of whom nothing is known comes before those whose jobs have been killed', async () => {
    await withBombs(async ({ pool, ended, nextEnd }) => {
      while (ended() < OWNERS) await nextEnd()
      expect(await pool.run({ kind: 'echo', value: 'new' }, { owner: 'new' })).toEqual({ ok: true, answer: 'new' })
      // Those that were under way, and no other.
      expect(ended()).toBeLessThanOrEqual(OWNERS + 3)
    })
  })

  it('an owner with a thousand jobs leaves room in the queue for another', async () => {
    await using pool = createChildPool<TrialJob, unknown>({ clock: systemClock, program, queueMax: 100 })
    const many = Array.from({ length: 1000 }, (_, value) => pool.run({ kind: 'echo', value }, { owner: 'many' }))
    expect(await pool.run({ kind: 'echo', value: 'one' }, { owner: 'one' })).toEqual({ ok: true, answer: 'one' })
    const codes = (await Promise.all(many)).map((answer) => (answer.ok ? 'ok' : answer.code))
    expect(new Set(codes)).toEqual(new Set(['ok', 'overloaded']))
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(99)
  })
})
