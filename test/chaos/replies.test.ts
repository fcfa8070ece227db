import { describe, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { repliesStorm, type RepliesStormReport } from './replies-storm.ts'

// The short form of `npm run chaos`, which asks 10,000 times over 256 connections, and where nobody may wait a second longer than its time.
const storm = { requests: 300, connections: 48, kills: 4 }
const MINUTES_MS = 600_000
/** Nobody hangs, however busy the machine is. */
const OVERDUE_MS_MAX = 60_000

const nothingWrong = { unanswered: 0, mistaken: 0, extra: 0, unexplained: 0, unfinishedRuns: 0 } satisfies Partial<RepliesStormReport>

describe
  .skipIf(process.platform !== 'linux')
  .concurrent('R33: while runs fail, are too slow, and the processes that compute are killed', () => {
    test.for(['SQLite', 'PostgreSQL'] as const)(
      'every caller gets one answer, its own, on %s',
      { timeout: MINUTES_MS },
      async (engine, { expect }) => {
        const database = engine === 'PostgreSQL' ? await freshDatabase() : undefined
        try {
          const report = await repliesStorm({ ...storm, databaseUrl: database?.url })
          expect(report).toMatchObject(nothingWrong)
          const { requests, replied, failed, goesOn, refused } = report
          expect(replied + failed + goesOn + refused).toBe(requests)
          expect(requests).toBeGreaterThanOrEqual(storm.requests)
          expect(report.kills).toBeGreaterThanOrEqual(storm.kills)
          expect(report.overdueMs).toBeLessThan(OVERDUE_MS_MAX)
        } finally {
          await database?.drop()
        }
      },
    )
  })
