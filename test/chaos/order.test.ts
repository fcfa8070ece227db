import { expect, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { orderStorm } from './order-storm.ts'

const inOrder = { arrived: 2000, overtaken: 0, misplaced: 0 }

test('2,000 messages to an ordered endpoint arrive in order through failures, restarts and kill -9', { timeout: 300_000 }, async () => {
  const report = await orderStorm({ messages: 2000, kills: 3, restarts: 2, failures: 3 })
  expect(report).toMatchObject(inOrder)
  // Each failure brings one, and each death at most one.
  expect(report.repeats).toBeLessThanOrEqual(8)
})

test('the same for two processes on one PostgreSQL that take turns in accepting', { timeout: 300_000 }, async () => {
  const database = await freshDatabase()
  try {
    const report = await orderStorm({ messages: 2000, kills: 1, restarts: 1, failures: 2, databaseUrl: database.url })
    expect(report).toMatchObject(inOrder)
    expect(report.repeats).toBeLessThanOrEqual(4)
  } finally {
    await database.drop()
  }
})
