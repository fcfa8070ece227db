import { expect, test } from 'vitest'
import { emptyDatabase } from '../support/postgres.ts'
import { CONCURRENCY, RATE, workersStorm } from './workers-storm.ts'

// The short form of what `npm run chaos` does for a minute.
const KILLS = 3
const nothingLost = {
  lost: 0,
  notStored: 0,
  unverified: 0,
  waitingTasks: 0,
  unfinishedRuns: 0,
  strandedLanes: 0,
  attemptGaps: 0,
  failed: 0,
}

test('workers on one port, one killed each second: replaced, nothing lost, and limits, order and concurrency are kept', async () => {
  const database = await emptyDatabase()
  try {
    const report = await workersStorm({ databaseUrl: database.url, workers: 3, kills: KILLS })
    expect(report).toMatchObject({ ...nothingLost, missing: 0, overtaken: 0, misplaced: 0, workers: 3, code: 0 })
    expect(report.timesMax).toBeLessThanOrEqual(KILLS + 1)
    expect(report.mostInASecond).toBeLessThanOrEqual(RATE)
    expect(report.atWorkMost).toBeLessThanOrEqual(CONCURRENCY)
  } finally {
    await database.drop()
  }
})
