import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BeginTurn } from './begin-turn.ts'

test('lets attempts begin until five milliseconds of a turn are used, and goes on in the next turn', async () => {
  const time = { now: 100 }
  let rounds = 0
  const turn = new BeginTurn({ monotonic: () => time.now }, () => rounds++)
  expect(turn.admits()).toBe(true)
  time.now += 5
  expect(turn.admits()).toBe(true)
  time.now += 1
  expect([turn.admits(), turn.admits(), rounds]).toEqual([false, false, 0])
  await nextTurn()
  expect([rounds, turn.admits()]).toEqual([1, true])
})

test('says nothing of a next turn where there was time for all', async () => {
  let rounds = 0
  const turn = new BeginTurn({ monotonic: () => 0 }, () => rounds++)
  for (let i = 0; i < 1000; i++) expect(turn.admits()).toBe(true)
  await nextTurn()
  expect(rounds).toBe(0)
})
