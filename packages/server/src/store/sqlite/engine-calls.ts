import type { DeliveryStore } from '../port/deliveries.ts'
import type { LaneStore } from '../port/lanes.ts'
import type { Alongside } from '../port/mutation.ts'
import type { RunStore } from '../port/runs.ts'
import { TAKES_ALL, type SessionStore } from '../port/sessions.ts'
import type { Store } from '../store.ts'
import { prepareAccept } from './commits/accept.ts'
import { prepareCommitRuns } from './commits/commit-runs.ts'
import { prepareSettle } from './commits/settle.ts'
import { prepareDeliveries, type Deliveries } from './deliveries.ts'
import type { Engine } from './engine.ts'
import { preparePurge } from './entries.ts'
import type { EntryFolder } from './file/entry-folder.ts'
import type { FileWatch } from './file/file-watch.ts'
import { createHealth } from './health.ts'
import { prepareBegin } from './lanes/begin.ts'
import { prepareClaiming, type Claiming } from './lanes/claim.ts'
import { prepareQuota, type Quota } from './lanes/reserve.ts'
import { prepareGates } from './gates.ts'
import { prepareAlongside, prepareMutate } from './mutate.ts'
import { prepareReplays } from './replays.ts'
import { prepareRetention } from './retain.ts'
import { prepareRuns, type Runs } from './runs.ts'
import { prepareSchedules } from './schedules.ts'
import type { WriteQueue } from './writes/write-queue.ts'

/** All of the port that is asked and answered in plain data, so that another thread can ask it. */
export type EngineCalls = Omit<
  Store,
  | 'engine'
  | 'isShared'
  | 'logs'
  | 'queries'
  | 'statements'
  | 'acceptAnew'
  | 'commitRunsAnew'
  | 'onChange'
  | 'files'
  | 'hint'
  | 'onHint'
  | 'close'
>

export interface EngineParts {
  readonly engine: Engine
  readonly queue: WriteQueue
  readonly files: FileWatch
  readonly entries: EntryFolder
}

/** Each operation that changes something takes its place in the write queue. */
export function createEngineCalls({ engine, queue, files, entries }: EngineParts): EngineCalls {
  const quota = prepareQuota(engine)
  const claiming = prepareClaiming(engine)
  const runs = prepareRuns(engine)
  const deliveries = prepareDeliveries(engine)
  const mutate = prepareMutate(engine, quota)
  return {
    mutate: (mutation) => queue.write(() => mutate(mutation)),
    changes: async (since) => engine.configuration.changes(since),
    ...createSessionStore(engine, queue, { runs, look: () => files.look() }),
    ...createBatches(engine, queue),
    ...createLaneStore(engine, queue, { claiming, quota }),
    ...createRunStore(engine, queue, { runs, deliveries }),
    ...prepareGates(engine, queue),
    ...prepareSchedules(engine, queue.write),
    ...createDeliveryStore(engine, queue, deliveries),
    purgeEntries: preparePurge(engine, entries, queue.write),
    retain: prepareRetention(engine, queue.write),
    health: createHealth(engine, queue, claiming),
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

function createBatches(engine: Engine, { write }: WriteQueue): Pick<EngineCalls, 'accept' | 'commitRuns' | 'settle'> {
  const accept = prepareAccept(engine)
  const commitRuns = prepareCommitRuns(engine)
  const settle = prepareSettle(engine)
  return {
    accept: (session, operations) => write(() => accept(session, operations)),
    commitRuns: (session, commits) => write(() => commitRuns(session, commits)),
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

function createRunStore(
  engine: Engine,
  { write }: WriteQueue,
  { runs, deliveries }: { readonly runs: Runs; readonly deliveries: Deliveries },
): RunStore {
  const writeWith = prepareWriteWith(engine)
  return {
    heldRuns: async (session, after, most) => runs.held(session, after, most),
    wakeDueRuns: async (session, most) => (runs.isAnyDue() ? write(() => runs.wakeDue(session, most)) : []),
    loadRuns: (ids) => runs.load(ids),
    replies: async (ids) => runs.replies(ids),
    answerRuns: (answers) => write(() => runs.answer(answers)),
    cancelRuns: (ids, alongside) => write(() => writeWith(deliveries.cancelRuns(ids), alongside)),
  }
}

function createDeliveryStore(engine: Engine, { write }: WriteQueue, deliveries: Deliveries): DeliveryStore {
  const advanceReplay = prepareReplays(engine, deliveries)
  const writeWith = prepareWriteWith(engine)
  return {
    loadDeliveries: (ids) => deliveries.load(ids),
    cancelDeliveries: (ids, wake = null, alongside) => write(() => writeWith(deliveries.cancel(ids, wake), alongside)),
    resend: (ids, alongside) => write(() => writeWith(deliveries.resend(ids), alongside)),
    advanceReplay: (step) => write(() => advanceReplay(step)),
  }
}

/** Writes what belongs to it, where anything was done. */
function prepareWriteWith(engine: Engine): <Done extends readonly unknown[]>(done: Done, alongside: Alongside | undefined) => Done {
  const writeAlongside = prepareAlongside(engine)
  return (done, alongside) => {
    if (alongside !== undefined && done.length > 0) writeAlongside(alongside)
    return done
  }
}
