import { guardQuery } from '../guard-store.ts'
import type { DeliveryStore } from '../port/deliveries.ts'
import type { CommitStore } from '../port/group-commits.ts'
import type { LaneStore } from '../port/lanes.ts'
import type { ManagementStore } from '../port/management.ts'
import type { RunStore } from '../port/runs.ts'
import { TAKES_ALL, type SessionStore } from '../port/sessions.ts'
import { createQueries } from '../queries/create-queries.ts'
import { createLogs } from '../queries/logs/create-logs.ts'
import { createTables, keepTables, type Tables } from '../queries/tables.ts'
import { createStatements } from '../statements/create-statements.ts'
import type { Store } from '../store.ts'
import { closeStore, type StoreParts } from './close-store.ts'
import { prepareAccept } from './commits/accept.ts'
import { prepareCommitAnew } from './commits/commit-anew.ts'
import { prepareCommitRuns } from './commits/commit-runs.ts'
import { prepareSettle } from './commits/settle.ts'
import { prepareDeliveries, type Deliveries } from './deliveries.ts'
import type { Engine } from './engine.ts'
import { preparePurge } from './entries.ts'
import { createQuery } from './file/create-query.ts'
import { createHealth } from './health.ts'
import { prepareBegin } from './lanes/begin.ts'
import { prepareClaiming, type Claiming } from './lanes/claim.ts'
import { prepareQuota, type Quota } from './lanes/reserve.ts'
import { prepareMutate } from './mutate.ts'
import { prepareReplays } from './replays.ts'
import { prepareRetention } from './retain.ts'
import { prepareRuns, type Runs } from './runs.ts'
import type { WriteQueue } from './writes/write-queue.ts'

/** The port over an engine: each operation that changes something takes its place in the write queue. */
export function createStore(parts: StoreParts): Store {
  const { engine, queue, files, entries, guard } = parts
  const tables = createTables('sqlite', guardQuery(createQuery(engine.db), guard))
  const quota = prepareQuota(engine)
  const claiming = prepareClaiming(engine)
  const runs = prepareRuns(engine)
  const deliveries = prepareDeliveries(engine)
  const retention = prepareRetention(engine)
  let closing: Promise<void> | undefined

  return {
    engine: 'sqlite',
    ...keepTables(tables),
    logs: createLogs(tables),
    ...createManagement(engine, queue, { tables, quota }),
    ...createSessionStore(engine, queue, { runs, look: () => files.look() }),
    ...createCommits(engine, queue, tables),
    ...createLaneStore(engine, queue, { claiming, quota }),
    ...createRunStore(queue, runs, deliveries),
    ...createDeliveryStore(engine, queue, deliveries),
    // There is no other process to tell, or to be told by.
    hint() {},
    onHint() {},
    files: entries,
    purgeEntries: preparePurge(engine, entries, queue.write),
    retain: (before, most) => retention.retain(before, most, queue.write),
    health: createHealth(engine, queue, claiming),
    close: () => (closing ??= closeStore(parts)),
  }
}

function createManagement(
  engine: Engine,
  { write }: WriteQueue,
  { tables, quota }: { readonly tables: Tables; readonly quota: Quota },
): ManagementStore {
  const { configuration } = engine
  const mutate = prepareMutate(engine, quota)
  return {
    queries: createQueries(tables),
    statements: createStatements(tables),
    mutate: (mutation) => write(() => mutate(mutation)),
    onChange: configuration.onChange,
    changes: async (since) => configuration.changes(since),
  }
}

function createSessionStore(
  { sessions }: Engine,
  { write }: WriteQueue,
  { runs, look }: { readonly runs: Runs; readonly look: () => void },
): SessionStore {
  return {
    openSession: (id, takes = TAKES_ALL) => write(() => sessions.open(id, takes)),
    async beat(id) {
      look()
      return sessions.beat(id)
    },
    reap: (dead, seen) => write(() => sessions.reap(dead, seen)),
    closeSession: (id) => write(() => sessions.close(id)),
    freeLanes: (dead, most) => write(() => sessions.freeLanes(dead, most)),
    adoptRuns: (session, most) => write(() => runs.adopt(session, most)),
  }
}

function createCommits(engine: Engine, { write }: WriteQueue, tables: Tables): CommitStore {
  const accept = prepareAccept(engine)
  const commitRuns = prepareCommitRuns(engine)
  const settle = prepareSettle(engine)
  const commitAnew = prepareCommitAnew(engine, tables.db)
  return {
    accept: (session, operations) => write(() => accept(session, operations)),
    acceptAnew: (session, operations) => write(() => commitAnew(operations, (made) => accept(session, made))),
    commitRuns: (session, commits) => write(() => commitRuns(session, commits)),
    commitRunsAnew: (session, commits) => write(() => commitAnew(commits, (made) => commitRuns(session, made))),
    settle: (session, settlements, lanes) => write(() => settle(session, settlements, lanes)),
  }
}

function createLaneStore(
  engine: Engine,
  { write, remember }: WriteQueue,
  { claiming, quota }: { readonly claiming: Claiming; readonly quota: Quota },
): LaneStore {
  const begin = prepareBegin(engine)
  return {
    claim: (session, lanesMax, tasksMax) => remember(() => claiming.claim(session, { lanesMax, tasksMax })),
    refill: (session, wanted) => remember(() => claiming.refill(session, wanted)),
    release: (session, lanes) => remember(() => claiming.release(session, lanes)),
    begin: (session, task) => write(() => begin(session, task)),
    reserve: (session, wanted) => write(() => quota.reserve(session, wanted)),
  }
}

function createRunStore({ write }: WriteQueue, runs: Runs, deliveries: Deliveries): RunStore {
  return {
    heldRuns: async (session, after, most) => runs.held(session, after, most),
    wakeDueRuns: async (session, most) => (runs.isAnyDue() ? write(() => runs.wakeDue(session, most)) : []),
    loadRuns: (ids) => runs.load(ids),
    replies: async (ids) => runs.replies(ids),
    answerRuns: (answers) => write(() => runs.answer(answers)),
    cancelRuns: (ids) => write(() => deliveries.cancelRuns(ids)),
  }
}

function createDeliveryStore(engine: Engine, { write }: WriteQueue, deliveries: Deliveries): DeliveryStore {
  const advanceReplay = prepareReplays(engine, deliveries)
  return {
    loadDeliveries: (ids) => deliveries.load(ids),
    cancelDeliveries: (ids, wake = null) => write(() => deliveries.cancel(ids, wake)),
    resend: (ids) => write(() => deliveries.resend(ids)),
    advanceReplay: (step) => write(() => advanceReplay(step)),
  }
}
