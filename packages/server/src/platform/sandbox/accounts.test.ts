import { expect, it } from 'vitest'
import { createAccounts } from './accounts.ts'

const accountsAt = (ownersMax?: number) => {
  const time = { now: 0 }
  return { time, accounts: createAccounts(() => time.now, ownersMax) }
}

it('forgets half of what was used in ten seconds', () => {
  const { accounts, time } = accountsAt()
  accounts.begin('a').end(400)
  expect(accounts.usedMs('a')).toBeCloseTo(400)
  time.now = 10_000
  expect(accounts.usedMs('a')).toBeCloseTo(200)
  time.now = 40_000
  expect(accounts.usedMs('a')).toBeCloseTo(25)
  expect(accounts.usedMs('b')).toBe(0)
})

it('counts a job from its beginning by what is expected, and from its end by what it took', () => {
  const { accounts, time } = accountsAt()
  const charge = accounts.begin('a')
  expect(accounts.usedMs('a')).toBe(accounts.expectedMs('stranger'))
  time.now = 10_000
  charge.end(7)
  expect(accounts.usedMs('a')).toBeCloseTo(7)
})

it('expects what the dearest of late took, and learns slowly that jobs have become cheap', () => {
  const { accounts } = accountsAt()
  for (let i = 0; i < 20; i++) accounts.begin('a').end(2)
  expect(accounts.expectedMs('a')).toBeLessThan(4)
  accounts.begin('a').end(300)
  expect(accounts.expectedMs('a')).toBe(300)
  accounts.begin('a').end(2)
  expect(accounts.expectedMs('a')).toBeGreaterThan(200)
})

it('keeps a bounded number of owners, and forgets who was not heard of for longest', () => {
  const { accounts } = accountsAt(3)
  for (const owner of ['a', 'b', 'c', 'a', 'd']) accounts.begin(owner).end(1)
  expect(['a', 'b', 'c', 'd'].map((owner) => accounts.usedMs(owner) > 0)).toEqual([true, false, true, true])
})
