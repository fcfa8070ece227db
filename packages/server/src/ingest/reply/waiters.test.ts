import { expect, it } from 'vitest'
import type { Topics } from '#coordination'
import { createWakeUps } from '#platform'
import { createFakeClock, silentLog } from '#platform/testing'
import type { Hint, Store } from '#store'
import { Waiters } from './waiters.ts'

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
