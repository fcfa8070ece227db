import { firstIdAt } from '#domain'
import type { Clock, Log } from '#platform'
import { createChangeListeners, type ChangeListeners } from '../change-listeners.ts'
import { guardQuery } from '../guard-store.ts'
import type { StoreGuard } from '../store-guard.ts'
import type { DeliveryStore } from '../port/deliveries.ts'
import type { LaneStore } from '../port/lanes.ts'
import type { ManagementStore } from '../port/management.ts'
import type { RunStore } from '../port/runs.ts'
import { TAKES_ALL, type SessionStore } from '../port/sessions.ts'
import { createQueries } from '../queries/create-queries.ts'
import { createLogs } from '../queries/logs/create-logs.ts'
import { createTables, keepTables, type Tables } from '../queries/tables.ts'
import { createStatements } from '../statements/create-statements.ts'
import { StoreRefusedError } from '../master-key/store-key.ts'
import type { Store } from '../store.ts'
import { withAlongside } from './alongside.ts'
import { answerRuns } from './answer-runs.ts'
import { changes } from './changes.ts'
import { createGroupCommits } from './commits/group-commits.ts'
import { createCertainty, rereading, retrying, retryingOnce, type Certainty } from './connection/certainty.ts'
import { storableValue, type EncodeRows } from './connection/encode-rows.ts'
import type { Hints } from './connection/hints.ts'
import type { Pool, Run } from './connection/pool.ts'
import { cancelDeliveries, cancelRuns, resend } from './deliveries.ts'
import { createEntryPieces, purgeEntries } from './entry-pieces.ts'
import { health } from './health.ts'
import { begin } from './lanes/begin.ts'
import { claimAndRecall, notOwned, refill, release } from './lanes/claim.ts'
import { createHeldLanes, type HeldLanes } from './lanes/held-lanes.ts'
import { reserve } from './lanes/reserve.ts'
import { adoptRuns, beat, closeSession, freeLanes, hasCheckValue, openSession, reap, wakeDueRuns } from './lanes/sessions.ts'
import { createGateStore } from './gates.ts'
import { mutate } from './mutate.ts'
import { heldRuns, loadDeliveries, loadRuns, replies } from './reads.ts'
import { advanceReplay } from './replays.ts'
import { createRetention } from './retain.ts'
import { dueSchedules, startScheduled } from './schedules.ts'

export interface StoreParts {
  readonly hot: Pool
  readonly read: Pool
  readonly pulse: Pool
  /** Of bytes of entries. */
  readonly files: Pool
  readonly fileReads: Pool
  readonly hints: Hints
  readonly encode: EncodeRows
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** The check value that this process was admitted with. */
  readonly admitted: string | undefined
  readonly guard: StoreGuard
}

/** How each kind of statement is run. */
interface Runs {
  /** Writes, in one statement. */
  readonly run: Run
  /** Reads of live work. */
  readonly loads: Run
  /** Reads of management. */
  readonly reads: Run
  /** What says that this process lives. */
  readonly beats: Run
}

/** The port over the pools: the hot path and reads of management have connections of their own, and so has the session's beat. */
export function createStore(parts: StoreParts): Store {
  const { hot, read, pulse, files, fileReads, hints, encode, clock, log, guard } = parts
  const run = retrying(hot.run)
  const runs: Runs = { run, loads: rereading(run), reads: rereading(read.run), beats: retrying(pulse.run) }
  const certainty = createCertainty({ run, clock, log })
  const held = createHeldLanes()
  const listeners = createChangeListeners(log)
  // Looked for as it would have been written: what a caller names may be any text.
  const query = async (text: string, values: readonly unknown[]) => (await runs.reads({ text, values: values.map(storableValue) })).rows
  const tables = createTables('postgres', guardQuery(query, guard))
  const send: Hints['send'] = (to, hint) => hints.send(to, hint)

  return {
    engine: 'postgres',
    isShared: true,
    ...keepTables(tables),
    logs: createLogs(tables),
    ...createManagement(parts, runs, { tables, listeners }),
    ...createSessionStore(parts, runs, held),
    ...createGroupCommits({ run, pool: hot, encode, certainty, held, send, changed: listeners.changed }),
    ...createLaneStore(runs, { certainty, held }),
    ...createRunStore(hot, runs),
    ...createGateStore(run),
    dueSchedules: (most) => dueSchedules(runs.loads, most),
    startScheduled: (session, moments) => startScheduled(run, session, moments),
    ...createDeliveryStore(hot, runs),
    hint: send,
    onHint: (listener) => hints.onHint(listener),
    files: createEntryPieces({ run: files.run, read: fileReads.run, firstIdAt: (ms) => firstIdAt('entry', ms), now: () => clock.now() }),
    purgeEntries: (most) => purgeEntries(files.run, most),
    retain: createRetention(run),
    async health(roomBytes = 0) {
      const found = await health(run, roomBytes)
      return roomBytes === 0 ? found : health(run, 0)
    },
    async close() {
      await Promise.all([hot.close(), read.close(), pulse.close(), files.close(), fileReads.close(), hints.close()])
    },
  }
}

function createManagement(
  { hot, encode }: StoreParts,
  { reads }: Runs,
  { tables, listeners }: { readonly tables: Tables; readonly listeners: ChangeListeners },
): ManagementStore {
  return {
    queries: createQueries(tables),
    statements: createStatements(tables),
    async mutate(mutation) {
      const { result, changed: also } = await retryingOnce(() => mutate({ pool: hot, encode }, mutation))
      if (result.kind === 'done') for (const id of [mutation.application?.id ?? null, ...also]) listeners.changed(id)
      return result
    },
    onChange: listeners.onChange,
    changes: (since) => changes(reads, since),
  }
}

const KEY_CHANGED = {
  code: 'secret_unreadable',
  detail: 'The master key of the store was changed while this process ran, or started.',
  advice: 'Start it again with the new key.',
} as const

function createSessionStore({ hints, admitted, guard }: StoreParts, { run, beats }: Runs, held: HeldLanes): SessionStore {
  return {
    async openSession(id, takes = TAKES_ALL) {
      hints.listen(id)
      await openSession(beats, id, takes)
      // A change of the key ends all lives, and who begins one waits for it: so nobody works on under the key of before.
      if (admitted === undefined || (await hasCheckValue(beats, admitted))) return
      await closeSession(beats, id)
      guard.health.begin('key', { ...KEY_CHANGED, refusesWrites: true })
      throw new StoreRefusedError(`${KEY_CHANGED.detail} ${KEY_CHANGED.advice}`)
    },
    beat: (id) => beat(beats, id),
    reap: (dead, seen) => reap(run, dead, seen),
    closeSession: (id) => closeSession(beats, id),
    async freeLanes(dead, most) {
      held.forget(dead)
      return freeLanes(run, dead, most)
    },
    adoptRuns: (session, most) => adoptRuns(run, session, most),
  }
}

function createLaneStore(
  { run, loads }: Runs,
  { certainty, held }: { readonly certainty: Certainty; readonly held: HeldLanes },
): LaneStore {
  return {
    claim: (session, lanesMax, tasksMax) => claimAndRecall({ run, certainty, held }, session, { lanesMax, tasksMax }),
    refill: (session, wanted) => refill(loads, session, wanted),
    async release(session, lanes) {
      const givenBack = held.givingBack(session, lanes)
      // What is no longer owned was released, whether or not the answer came.
      const find = async () => notOwned(run, session, lanes)
      return givenBack(await certainty.commit({ commit: () => release(run, session, lanes), find }))
    },
    begin: (session, task) => begin(run, session, task),
    reserve: (session, wanted) => reserve(run, session, wanted),
  }
}

function createRunStore(pool: Pool, { run, loads }: Runs): RunStore {
  return {
    heldRuns: (session, after, most) => heldRuns(loads, session, { after, most }),
    wakeDueRuns: (session, most) => wakeDueRuns(run, session, most),
    loadRuns: (ids) => loadRuns(loads, ids),
    replies: (ids) => replies(loads, ids),
    answerRuns: (answers) => answerRuns(loads, answers),
    cancelRuns: (ids, alongside) => withAlongside({ run, pool }, alongside, (within) => cancelRuns(within, ids)),
  }
}

function createDeliveryStore(pool: Pool, { run, loads }: Runs): DeliveryStore {
  return {
    loadDeliveries: (ids) => loadDeliveries(loads, ids),
    cancelDeliveries: (ids, wake = null, alongside) =>
      withAlongside({ run, pool }, alongside, (within) => cancelDeliveries(within, ids, wake)),
    resend: (ids, alongside) => withAlongside({ run, pool }, alongside, (within) => resend(within, ids)),
    advanceReplay: (step) => advanceReplay(run, step),
  }
}
