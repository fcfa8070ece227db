import { expect, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { orderStorm } from './order-storm.ts'

// The short form of `npm run chaos`, which sends 10,000 and kills 10 times.
const MESSAGES = 800
const inOrder = { arrived: MESSAGES, overtaken: 0, misplaced: 0 }

test('800 messages to an ordered endpoint arrive in order through failures, restarts and kill -9', { timeout: 300_000 }, async () => {
  const report = await orderStorm({ messages: MESSAGES, kills: 3, restarts: 2, failures: 3 })
  expect(report).toMatchObject(inOrder)
  // Each failure brings one, and each death at most one.
  expect(report.repeats).toBeLessThanOrEqual(8)
})

test('the same for two processes on one PostgreSQL that take turns in accepting', { timeout: 300_000 }, async () => {
  const database = await freshDatabase()
  try {
    const report = await orderStorm({ messages: MESSAGES, kills: 1, restarts: 1, failures: 2, databaseUrl: database.url })
    expect(report).toMatchObject(inOrder)
    expect(report.repeats).toBeLessThanOrEqual(4)
  } finally {
    await database.drop()
  }
})
