import { describe, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { failpoints, killAt, sqliteFailpoints, threadFailpoints } from './failpoints.ts'
import { killStorm } from './kill-storm.ts'

// The short form of `npm run chaos`, which kills 50 times under 20,000 requests.
const storm = { requests: 400, connections: 16, kills: 4, restMs: [0, 800] as const }
/** Attempts that may be under way in the process when it is killed. */
const IN_FLIGHT_MAX = 512
const MINUTES_MS = 600_000
/** Another process calls a silent one dead after five seconds, and every second looks what it left. */
const RESUMED_MS_MAX = 20_000

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

async function onPostgres<T>(scene: (databaseUrl: string) => Promise<T>): Promise<T> {
  const database = await freshDatabase()
  try {
    return await scene(database.url)
  } finally {
    await database.drop()
  }
}

// Each has a folder, a port and a database of its own, and mostly waits: they overlap.
describe.concurrent('killed with kill -9 at random moments', () => {
  test('on PostgreSQL: loses nothing, and another life resumes what a dead one left', { timeout: MINUTES_MS }, async ({ expect }) => {
    const report = await onPostgres((databaseUrl) => killStorm({ ...storm, databaseUrl }))
    expect(report).toMatchObject({ ...nothingLost, acknowledged: storm.requests, kills: storm.kills })
    expect(report.duplicates).toBeLessThanOrEqual(IN_FLIGHT_MAX * storm.kills)
    expect(report.timesMax).toBeLessThanOrEqual(storm.kills + 1)
    expect(report.resumedMs).toBeLessThan(RESUMED_MS_MAX)
  })

  test(
    'on SQLite: loses nothing that was acknowledged, and repeats no more than was in flight',
    { timeout: MINUTES_MS },
    async ({ expect }) => {
      const report = await killStorm(storm)
      expect(report).toMatchObject({ ...nothingLost, acknowledged: storm.requests, kills: storm.kills })
      expect(report.duplicates).toBeLessThanOrEqual(IN_FLIGHT_MAX * storm.kills)
      expect(report.timesMax).toBeLessThanOrEqual(storm.kills + 1)
      expect(report.resumedMs).toBeLessThan(RESUMED_MS_MAX)
    },
  )
})

describe.concurrent('killed at each place between accept and settle', () => {
  test.for(failpoints)(
    'on PostgreSQL at %s: resumes without loss, and repeats nothing twice',
    { timeout: MINUTES_MS },
    async (failpoint, { expect }) => {
      const report = await onPostgres((databaseUrl) => killAt(failpoint, { pass: 3, databaseUrl }))
      expect(report).toMatchObject(nothingLost)
      expect(report.timesMax).toBeLessThanOrEqual(2)
      expect(report.resumedMs).toBeLessThan(RESUMED_MS_MAX)
    },
  )

  test.for(failpoints)(
    'on SQLite at %s: resumes without loss, and repeats nothing twice',
    { timeout: MINUTES_MS },
    async (failpoint, { expect }) => {
      const report = await killAt(failpoint, { pass: 3 })
      expect(report).toMatchObject(nothingLost)
      expect(report.timesMax).toBeLessThanOrEqual(2)
    },
  )

  test.for([...sqliteFailpoints, ...threadFailpoints])(
    'on SQLite at %s: resumes without loss, and repeats nothing twice',
    { timeout: MINUTES_MS },
    async (failpoint, { expect }) => {
      // Also where this machine has one core.
      const environment = { POSTHORN_STORE_THREAD: 'always' }
      const report = await killAt(failpoint, { pass: 12, environment })
      expect(report).toMatchObject(nothingLost)
      expect(report.timesMax).toBeLessThanOrEqual(2)
    },
  )
})
