import { describe, expect, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { failpoints, killAt, sqliteFailpoints } from './failpoints.ts'
import { killStorm } from './kill-storm.ts'

// The short form of `npm run chaos`, which kills 50 times under 20,000 requests.
const storm = { requests: 600, connections: 16, kills: 4, killAfterMs: [200, 1500] as const }
/** Attempts that may be under way in the process when it is killed. */
const IN_FLIGHT_MAX = 512
const MINUTES_MS = 180_000

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

describe('killed with kill -9 at random moments', () => {
  test('on SQLite: loses nothing that was acknowledged, and repeats no more than was in flight', { timeout: MINUTES_MS }, async () => {
    const report = await killStorm(storm)
    expect(report).toMatchObject({ ...nothingLost, acknowledged: storm.requests, kills: storm.kills })
    expect(report.duplicates).toBeLessThanOrEqual(IN_FLIGHT_MAX * storm.kills)
  })

  test('on PostgreSQL: loses nothing, and another life resumes what a dead one left', { timeout: MINUTES_MS }, async () => {
    const database = await freshDatabase()
    try {
      const report = await killStorm({ ...storm, databaseUrl: database.url })
      expect(report).toMatchObject({ ...nothingLost, acknowledged: storm.requests, kills: storm.kills })
      expect(report.duplicates).toBeLessThanOrEqual(IN_FLIGHT_MAX * storm.kills)
    } finally {
      await database.drop()
    }
  })
})

describe('killed at each place between accept and settle', () => {
  const whole = { lost: 0, waitingTasks: 0, unfinishedRuns: 0, strandedLanes: 0, attemptGaps: 0, died: true }

  test.for([...failpoints, ...sqliteFailpoints])('on SQLite at %s: resumes without loss', { timeout: MINUTES_MS }, async (failpoint) => {
    expect(await killAt(failpoint, { pass: 3 })).toMatchObject(whole)
  })

  test.for(failpoints)('on PostgreSQL at %s: resumes without loss', { timeout: MINUTES_MS }, async (failpoint) => {
    const database = await freshDatabase()
    try {
      expect(await killAt(failpoint, { pass: 3, databaseUrl: database.url })).toMatchObject(whole)
    } finally {
      await database.drop()
    }
  })
})
