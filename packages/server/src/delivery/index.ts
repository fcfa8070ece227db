/**
 * Deliver. Takes lanes that are due (or were just given work on this process), sends their deliveries signed and within their
 * limits, and settles what came of each attempt: delivered, tried again later, or failed. Knows where a delivery goes and by
 * which rules; never why it exists. It writes through settlements only, and reads configuration from the cache.
 */
import type { Committer, ConfigCache, OperationalMessages, Session, Topics, Traces } from '#coordination'
import { circuitLimitsDefault, type DeliveryId, type Ids } from '#domain'
import {
  Batcher,
  type WakeUps,
  type Clock,
  type Egress,
  type Failpoint,
  type Log,
  type Random,
  type Transforms,
  type Vault,
} from '#platform'
import type { LoadedDelivery, Store } from '#store'
import { Tokens } from './connection/tokens.ts'
import { createConclude } from './conclude.ts'
import { createDeliver } from './deliver.ts'
import { createQuota } from './quota.ts'
import { Scheduler, type SchedulerCounts } from './lanes/scheduler.ts'
import { createSettle } from './settle.ts'
import { createEndpointAims } from './target.ts'
import { createOperationalEvents } from './operational-events.ts'
import { createSendTest, type SendTest } from './test-attempt.ts'
import { createTryStep, type TryStep } from './try-step.ts'

export { findReplayable, type Replayable, type ReplaySet } from './find-replayable.ts'
export { Replays } from './replays.ts'
export { statusClassNextSteps, statusNextSteps } from './delivery-failures.ts'
export { explainFailure, failureCatalogue } from './explain-failure.ts'
export type { AttemptRecord } from './send-attempt.ts'
export { transformPayload } from './transform-payload.ts'
export type { SendTest } from './test-attempt.ts'
export { Tokens } from './connection/tokens.ts'
export { createTryStep, type StepCall, type TryStep } from './try-step.ts'

export interface Delivery {
  start(): void
  /** The session's life is lost: aborts what is under way, and forgets all that was held. */
  forget(): void
  /** Waits for attempts under way (aborts them with the signal), then gives all lanes back. */
  stop(signal: AbortSignal): Promise<void>
  readonly sendTest: SendTest
  readonly tryStep: TryStep
  /** What is in memory now, for metrics. */
  readonly counts: SchedulerCounts
}

export interface DeliveryOptions {
  readonly store: Pick<Store, 'claim' | 'refill' | 'release' | 'loadDeliveries' | 'begin' | 'reserve' | 'onHint' | 'logs'>
  readonly session: Pick<Session, 'id' | 'mayAct' | 'senders'>
  readonly committer: Pick<Committer, 'settle' | 'precedence'>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh' | 'revision'>
  readonly operational: OperationalMessages
  readonly wakeUps: Pick<WakeUps<Topics>, 'listen'>
  readonly egress: Pick<Egress, 'send'>
  readonly transforms: Pick<Transforms, 'evaluate' | 'known'>
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly limits: {
    /** Attempts under way at the same time in this process. */
    readonly inFlightMax: number
    /** Consecutive failed attempts that disable an endpoint. */
    readonly disableAfter: number
  }
  readonly failpoint: Failpoint
  /** The mean length of a turn of the event loop. */
  readonly turnMs: () => number
  /** Absent: nobody collects traces. */
  readonly traces?: Traces | undefined
}

/** Deliveries that one read brings. */
const LOADS_A_CALL = 64

export function createDelivery(options: DeliveryOptions): Delivery {
  const { store, clock, session, config, log, limits, turnMs } = options
  const { precedence } = options.committer
  const loads = new Batcher<DeliveryId, LoadedDelivery | undefined>({
    clock,
    itemsMax: LOADS_A_CALL,
    concurrency: 2,
    capacity: Infinity, // bounded by the attempts under way
    async run(ids) {
      const loaded = new Map((await store.loadDeliveries(ids)).map((one) => [one.delivery.id, one]))
      return ids.map((id) => loaded.get(id))
    },
  })
  const endpointAims = createEndpointAims(options.vault)
  const quota = createQuota(options)
  const tokens = new Tokens(options)
  const deliver = createDeliver({
    ...options,
    quota,
    tokens,
    endpointAims,
    load: (id) => loads.add(id),
    begin: (task) => store.begin(session.id, task),
    endpointBounds: { ...circuitLimitsDefault, disableAfterFailures: limits.disableAfter },
  })
  const conclude = createConclude({ ...options, settle: createSettle(options), operationalEvents: createOperationalEvents(options) })
  const scheduler = new Scheduler({
    store,
    session,
    config,
    clock,
    log,
    inFlightMax: limits.inFlightMax,
    deliver,
    conclude,
    precedence,
    turnMs,
  })
  let unlisten: (() => void) | undefined
  return {
    start() {
      unlisten = options.wakeUps.listen('delivery.work', (work) => scheduler.take(work))
      store.onHint(({ lanes }) => scheduler.look(lanes))
      scheduler.start()
    },
    forget: () => scheduler.forget(),
    async stop(signal) {
      unlisten?.()
      await scheduler.stop(signal)
      await loads.close()
      await quota.close()
    },
    sendTest: createSendTest({ ...options, tokens, endpointAims }),
    tryStep: createTryStep({ ...options, tokens }),
    get counts() {
      return scheduler.counts
    },
  }
}
