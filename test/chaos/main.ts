// `npm run chaos`: the long form of chaos.test.ts. `npm run chaos -- --requests 20000 --kills 50 --engine sqlite`
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres-cluster.ts'
import { killStorm, type StormReport } from './kill-storm.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '64' },
    kills: { type: 'string', default: '50' },
    engine: { type: 'string', default: 'both' },
  },
})
const storm = {
  requests: Number(values.requests),
  connections: Number(values.connections),
  kills: Number(values.kills),
  say: (line: string) => console.log(`  ${line}`),
}
const IN_FLIGHT_MAX = 512
/** On PostgreSQL a dead process is known as dead after 5 s, and the next one sends only then: some lives last long enough for that. */
const killAfterMs = { sqlite: [200, 2000], postgres: [200, 9000] } as const

const reports = new Map<string, StormReport>()
if (values.engine !== 'postgres') {
  console.log('SQLite')
  reports.set('SQLite', await killStorm({ ...storm, killAfterMs: killAfterMs.sqlite }))
}
if (values.engine !== 'sqlite') {
  console.log('PostgreSQL')
  const cluster = await startPostgres()
  try {
    reports.set('PostgreSQL', await killStorm({ ...storm, killAfterMs: killAfterMs.postgres, databaseUrl: cluster.url }))
  } finally {
    await cluster.stop()
  }
}
console.table(Object.fromEntries(reports))
const clean = [...reports.values()].every(
  (report) =>
    report.lost +
      report.notStored +
      report.unverified +
      report.waitingTasks +
      report.unfinishedRuns +
      report.strandedLanes +
      report.attemptGaps +
      report.failed ===
      0 && report.duplicates <= IN_FLIGHT_MAX * report.kills,
)
console.log(clean ? 'Nothing was lost.' : 'Something was lost, stuck, or repeated too often.')
process.exitCode = clean ? 0 : 1
