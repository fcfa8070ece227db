import { expect, it } from 'vitest'
import type { Topics } from '#coordination'
import { createWakeUps } from '#platform'
import { createFakeClock, silentLog } from '#platform/testing'
import type { Hint, Store } from '#store'
import { Waiters } from './waiters.ts'

const COUNT = 1_201
const runs = Array.from({ length: COUNT }, (_, i) => `run_${i}` as const)

/** A store where every run has ended, which keeps what it was asked, and answers once it is let. */
function repliedStore() {
  const asked: (readonly string[])[] = []
  let open: PromiseWithResolvers<void> | undefined
  let send: (hint: Hint) => void = () => {}
  const store: Pick<Store, 'replies' | 'answerRuns' | 'onHint'> = {
    async replies(of) {
      asked.push(of)
      open = Promise.withResolvers()
      await open.promise
      return of.map((run) => ({ run, status: 'ok', reply: null }))
    },
    answerRuns: async () => [],
    onHint: (listener) => void (send = listener),
  }
  return { asked, store, answer: () => open?.resolve(), send: (hint: Hint) => send(hint) }
}

it.each(['the next look', 'a hint'])(
  'however many wait, all of them are answered by %s, which asks the store so many at a time',
  async (by) => {
    const { asked, store, answer, send } = repliedStore()
    const clock = createFakeClock()
    const waiters = new Waiters({ clock, log: silentLog, wakeUps: createWakeUps<Topics>(), store })
    const waiting = runs.map((run) => waiters.wait(run, 15_000).answer)
    if (by === 'a hint') send({ lanes: [], replied: [...runs], runs: false })
    else clock.advance(250)
    for (const [i, upTo] of [500, 1_000, COUNT].entries()) {
      expect(asked.length).toBe(i + 1)
      answer()
      expect((await Promise.all(waiting.slice(0, upTo))).every(({ kind }) => kind === 'replied')).toBe(true)
    }
    expect(asked.map(({ length }) => length)).toEqual([500, 500, 201])
  },
)

it('a caller hears the reply of a run of another process as soon as that one gives a hint, without waiting for the next look', async () => {
  let send: (hint: Hint) => void = () => {}
  const asked: (readonly string[])[] = []
  const store: Pick<Store, 'replies' | 'answerRuns' | 'onHint'> = {
    async replies(runs) {
      asked.push(runs)
      return [{ run: 'run_mine', status: 'ok', reply: '{"status":201,"headers":{},"body":"x","encoding":"utf8"}' }]
    },
    answerRuns: async () => [],
    onHint: (listener) => void (send = listener),
  }
  const waiters = new Waiters({ clock: createFakeClock(), log: silentLog, wakeUps: createWakeUps<Topics>(), store })
  const waiting = waiters.wait('run_mine', 15_000)
  send({ lanes: [], replied: ['run_of_nobody_here'], runs: false })
  expect(asked).toEqual([])
  send({ lanes: [], replied: ['run_of_nobody_here', 'run_mine'], runs: false })
  expect(await waiting.answer).toMatchObject({ kind: 'replied', reply: { status: 201 } })
  expect(asked).toEqual([['run_mine']])
})
