/**
 * Run. Takes runs that were just accepted on this process, woken by the end of a delivery, or left by a process that died, and
 * runs their flow from its last commit: steps until something must be kept, then one group commit with all that they did.
 * In come runs and their requests; out come messages, deliveries and replies, through the store and its wake-ups. Also compiles
 * definitions, for whoever publishes them. Never sends, and never waits for a receiver: a run that must is parked.
 */
import type { Committer, ConfigCache, OperationalMessages, RunAtOnce, Session, Topics, Traces } from '#coordination'
import type { Ids } from '#domain'
import { noFailpoint, type WakeUps, type Clock, type Failpoint, type Log, type Transforms, type Unlisten, type Vault } from '#platform'
import type { SiloAmount, HeldRun, Store } from '#store'
import { createRunAtOnce } from './run/at-once.ts'
import { createFlowVersions } from './definition/flow-versions.ts'
import { createDueRuns, createGateKeeper } from './run/due-runs.ts'
import { createGiveUp } from './run/give-up.ts'
import { createRunOne } from './run/run-one.ts'
import { Runner } from './run/runner.ts'
import { createSchedules } from './schedule/schedules.ts'
import type { SegmentPool } from './segment/segment-pool.ts'
import { createSegments } from './segment/segments.ts'

export { compileFlow, compileRead } from './definition/compile-flow.ts'
export { compileDefinition, type FlowCompilation } from './definition/compile.ts'
export type { CompiledFlow } from './definition/compiled-flow.ts'
export { flowsOfEvent, runsOfEvent } from './definition/flows-of-event.ts'
export { eventsOfRequest } from './replay/events-of-request.ts'
export { findRequestsToRun, windowsAmong, type RequestSet } from './replay/find-requests.ts'
export { answerOf, asksAnswer, fitsAnswer, repliesTo } from './replay/answers.ts'
export { flowsToRun, RequestReplays } from './replay/request-replays.ts'
export { filterNames } from './mapping/filters.ts'
export type { FieldRead } from './mapping/slots.ts'
export { createSegmentPool, type SegmentPool } from './segment/segment-pool.ts'
export { createSegments, INLINE_BODY_BYTES_MAX, type Segments } from './segment/segments.ts'
export { columnsOf } from './segment/state-columns.ts'
export type { RunGiven } from './segment/run-inputs.ts'
export type { RunPlace, Segment, SegmentEnd } from './segment/segment.ts'
export { secretsOfVersion, soleSecret } from './definition/secrets-of-flow.ts'
export { newRunState, type RunState } from './segment/run-state.ts'
export type { StepRecord } from './segment/step-record.ts'
export { loadEntry, readEntry, type FoundEntry } from './silo/run-silo-job.ts'
export { isSiloJob, type SiloJob } from './silo/silo-job.ts'
export { nextMoment, type Schedule, scheduleFault } from './schedule/schedule-times.ts'
export { messageThatStarted, runSource } from './run/trigger-data.ts'

export interface Flows {
  start(): void
  /** Runs of dead sessions that are this one's now. */
  adopt(runs: readonly HeldRun[]): void
  /** The session's life is lost: forget all that was held. */
  forget(): void
  /** Waits for runs under way; those that only wait in memory are left in the store. */
  stop(signal: AbortSignal): Promise<void>
  readonly counts: { readonly waiting: number; readonly underWay: number }
  /** For whoever accepts requests on this process. */
  readonly runAtOnce: RunAtOnce
}

export interface FlowsOptions {
  readonly store: Store
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly committer: Committer
  readonly config: ConfigCache
  readonly operational: OperationalMessages
  readonly wakeUps: WakeUps<Topics>
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint?: Failpoint
  readonly transforms: Transforms
  /** For segments that the event loop has no time for. */
  readonly segmentPool: Pick<SegmentPool, 'run'>
  readonly siloQuota?: SiloAmount
  /** Absent: nobody collects traces. */
  readonly traces?: Traces | undefined
  readonly limits?: { readonly underWayMax?: number; readonly waitingMax?: number }
}

/** An application alone has half of each (`RunPlaces`). */
const UNDER_WAY_MAX = 1024
const WAITING_MAX = 10_000

export function createFlows(options: FlowsOptions): Flows {
  const { wakeUps, failpoint = noFailpoint, limits = {} } = options
  const versions = createFlowVersions(options)
  const segments = createSegments({ ...options, pool: options.segmentPool })
  const left = () => gateKeeper.soon()
  const runOne = createRunOne({ ...options, failpoint, versions, segments, left })
  const giveUp = createGiveUp({ ...options, failpoint, left })
  const { underWayMax = UNDER_WAY_MAX, waitingMax = WAITING_MAX } = limits
  const runner = new Runner({ ...options, runOne, giveUp, underWayMax, waitingMax })
  const take = (runs: readonly HeldRun[]) => runner.takeHeld(runs)
  const gateKeeper = createGateKeeper({ ...options, failpoint, take })
  const looks = [createDueRuns({ ...options, failpoint, take }), gateKeeper, createSchedules({ ...options, failpoint, take })]
  let listening: Unlisten[] = []
  return {
    start() {
      listening = [
        wakeUps.listen('run.accepted', (runs) => runner.take(runs)),
        wakeUps.listen('run.woken', (runs) => runner.takeHeld(runs)),
      ]
      runner.start()
      for (const look of looks) look.start()
    },
    adopt: (runs) => runner.takeHeld(runs),
    forget: () => runner.forget(),
    async stop(signal) {
      for (const unlisten of listening) unlisten()
      await Promise.all([...looks.map((look) => look.stop()), runner.stop(signal)])
    },
    get counts() {
      return runner.counts
    },
    runAtOnce: createRunAtOnce({ ...options, versions, segments }),
  }
}
