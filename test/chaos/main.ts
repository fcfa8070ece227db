// `npm run chaos`: the long form of chaos.test.ts, order.test.ts, replies.test.ts and workers.test.ts.
// `npm run chaos -- --requests 20000 --kills 50 --engine sqlite --ordered 10000`; `npm run chaos -- --requests 0 --ordered 0 --replies 0 --engine postgres --workers 60`; `npm run chaos -- --requests 0 --ordered 0 --workers 0 --replies 10000`
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres-cluster.ts'
import { killStorm, type StormReport } from './kill-storm.ts'
import { orderStorm, type OrderReport } from './order-storm.ts'
import { repliesStorm, type RepliesStormReport } from './replies-storm.ts'
import { CONCURRENCY, RATE, workersStorm, type WorkersStormReport } from './workers-storm.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '64' },
    kills: { type: 'string', default: '50' },
    engine: { type: 'string', default: 'both' },
    ordered: { type: 'string', default: '10000' },
    /** Asked for over 256 connections, while runs fail and processes that compute are killed. */
    replies: { type: 'string', default: '10000' },
    /** How often a worker is killed: one a second. */
    workers: { type: 'string', default: '60' },
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
const restMs = { sqlite: [0, 1000], postgres: [0, 9000] } as const

const order = { messages: Number(values.ordered), kills: 10, restarts: 5, failures: 20, say: storm.say }

const asking = { requests: Number(values.replies), connections: 256, kills: 20, say: storm.say }
/** Of a caller, beyond the time that its listener has it wait. */
const OVERDUE_MS_MAX = 1000

const reports = new Map<string, StormReport>()
const orders = new Map<string, OrderReport>()
const answers = new Map<string, RepliesStormReport>()
let workers: WorkersStormReport | undefined
const workerKills = Number(values.workers)
if (values.engine !== 'postgres') {
  console.log('SQLite')
  if (storm.requests > 0) reports.set('SQLite', await killStorm({ ...storm, restMs: restMs.sqlite }))
  if (order.messages > 0) orders.set('SQLite', await orderStorm(order))
  if (asking.requests > 0) answers.set('SQLite', await repliesStorm(asking))
}
if (values.engine !== 'sqlite') {
  console.log('PostgreSQL')
  if (storm.requests > 0)
    reports.set('PostgreSQL', await onPostgres((databaseUrl) => killStorm({ ...storm, restMs: restMs.postgres, databaseUrl })))
  if (order.messages > 0) orders.set('PostgreSQL', await onPostgres((databaseUrl) => orderStorm({ ...order, databaseUrl })))
  if (asking.requests > 0) answers.set('PostgreSQL', await onPostgres((databaseUrl) => repliesStorm({ ...asking, databaseUrl })))
  // Four, so that now and then one lives long enough to take over what a dead one left.
  if (workerKills > 0)
    workers = await onPostgres((databaseUrl) => workersStorm({ databaseUrl, workers: 4, kills: workerKills, say: storm.say }))
}
console.table(Object.fromEntries(reports))
console.table(Object.fromEntries(orders))
console.table(Object.fromEntries(answers))
if (workers !== undefined) console.table(workers)
const troubles = (report: Omit<StormReport, 'kills' | 'resumedMs' | 'drainedMs'>) =>
  report.lost +
  report.notStored +
  report.unverified +
  report.waitingTasks +
  report.unfinishedRuns +
  report.strandedLanes +
  report.attemptGaps +
  report.failed
const clean = [...reports.values()].every((report) => troubles(report) === 0 && report.duplicates <= IN_FLIGHT_MAX * report.kills)
const inOrder = [...orders.values()].every(
  (report) =>
    report.arrived === order.messages &&
    report.overtaken + report.misplaced === 0 &&
    report.repeats <= order.failures + order.kills + order.restarts,
)
const answered = [...answers.values()].every(
  (report) =>
    report.unanswered + report.mistaken + report.extra + report.unexplained + report.unfinishedRuns === 0 &&
    report.replied + report.failed + report.goesOn + report.refused === report.requests &&
    report.overdueMs - report.stillMs <= OVERDUE_MS_MAX,
)
const together =
  workers === undefined ||
  (troubles(workers) + workers.missing + workers.overtaken + workers.misplaced + workers.code! === 0 &&
    workers.mostInASecond <= RATE &&
    workers.atWorkMost <= CONCURRENCY)
console.log(clean ? 'Nothing was lost.' : 'Something was lost, stuck, or repeated too often.')
console.log(inOrder ? 'Everything came in order.' : 'Something came out of its order.')
console.log(answered ? 'Every caller had one answer in time.' : 'A caller had no answer, another one, or one too late.')
console.log(together ? 'Workers did together what one would do.' : 'Workers lost something, or sent what one would not have sent.')
process.exitCode = clean && inOrder && answered && together ? 0 : 1

/** Each storm has a database of its own: what one leaves would be found by the next. */
async function onPostgres<Report>(storm: (databaseUrl: string) => Promise<Report>): Promise<Report> {
  const cluster = await startPostgres()
  try {
    return await storm(cluster.url)
  } finally {
    await cluster.stop()
  }
}
