import { expect, test } from 'vitest'
import { retainInRounds, type Retained } from './retain-in-rounds.ts'

interface Table extends Retained {
  readonly rows: Map<string, 'old' | 'live'>
  /** Pages that were looked at. */
  looks: number
}

const table = (name: string, rows: readonly ('old' | 'live')[]): Table => ({
  name,
  rows: new Map(rows.map((row, i) => [`${name}_${String(i).padStart(4, '0')}`, row])),
  looks: 0,
  bound: ({ requests }) => requests,
})

const many = (count: number, row: 'old' | 'live') => Array.from({ length: count }, () => row)
const before = { requests: 1, runs: null, messages: null, deliveries: null, entries: null, audit: null, now: 1 }

const retainOf = (tables: readonly Table[]) =>
  retainInRounds(tables, async (kind, { after, most }) => {
    kind.looks++
    const page = [...kind.rows].filter(([key]) => key > after).slice(0, most)
    const old = page.filter(([, row]) => row === 'old')
    for (const [key] of old) kind.rows.delete(key)
    return { went: old.length, end: page.length < most ? null : page.at(-1)![0] }
  })

test('F32: what is old and live is walked through twice in a round, however many calls others need', async () => {
  const [requests, deliveries] = [table('request', many(400, 'old')), table('delivery', [...many(100, 'live'), 'old', ...many(99, 'live')])]
  const retain = retainOf([requests, deliveries])
  let calls = 0
  while ((await retain(before, 10)) > 0) calls++
  expect(calls).toBeGreaterThanOrEqual(40)
  expect([requests.rows.size, deliveries.rows.size]).toEqual([0, 199])
  expect(deliveries.looks).toBeLessThanOrEqual(45)
})

test('what has become old, or is live no more, goes in the next round', async () => {
  const [requests, deliveries] = [table('request', many(30, 'old')), table('delivery', many(30, 'live'))]
  const retain = retainOf([requests, deliveries])
  await retain(before, 10)
  for (const key of deliveries.rows.keys()) deliveries.rows.set(key, 'old')
  while ((await retain(before, 10)) > 0);
  expect(deliveries.rows.size).toBe(30)
  while ((await retain(before, 10)) > 0);
  expect(deliveries.rows.size).toBe(0)
})

test('of what is kept for ever nothing is looked at', async () => {
  const requests = table('request', many(3, 'old'))
  expect(await retainOf([requests])({ ...before, requests: null }, 10)).toBe(0)
  expect([requests.looks, requests.rows.size]).toEqual([0, 3])
})
