import { SECRET_LOOK_MS, type Traces } from '#coordination'
import {
  circuitLimitsDefault,
  passedOn,
  placeOfDelivery,
  spanOf,
  textOfTrace,
  webhookIdOf,
  type CircuitLimits,
  type DeliveryId,
  type Ids,
} from '#domain'
import type { Clock, Egress, Log, Random, Transforms } from '#platform'
import type { LoadedDelivery, Settlement, Task } from '#store'
import type { Tokens } from './connection/tokens.ts'
import { isCutOff, settlementOfCutOff } from './cut-off.ts'
import { findAim, type AimSources } from './find-aim.ts'
import type { TaskInHand } from './lanes/hands.ts'
import type { HeldLane } from './lanes/held-lane.ts'
import type { Quota } from './quota.ts'
import { judgeAttempt, recordUnsent, sendAttempt, type SentAttempt } from './send-attempt.ts'
import { attemptRow, cancelled, defective, hopeless, settlementOf, type Work } from './settlements.ts'
import type { Stop } from './stop-endpoint.ts'
import type { Aim, Target } from './target.ts'
import { transformPayload } from './transform-payload.ts'

/**
 * Carries one task from "due" to what is to be settled: load, aim, transform, sign, send, judge. The attempt's id is made before the send.
 * Whatever cannot be sent ends its delivery here and now, with the reason, so that no task comes round for ever.
 *
 * What comes of a task is reported in one way, by the value. When it is there, the lane has learnt from the attempt, so that the next one may
 * start while this one's settlement waits for its commit. Never rejects.
 */
export type Deliver = (started: StartedTask) => Promise<Conclusion>

export interface StartedTask {
  readonly lane: HeldLane
  readonly hand: TaskInHand
  /** Called when the request is on the wire. Undefined: nobody counts it. */
  readonly onSent: (() => void) | undefined
}

/** What is to become of a task that was started. */
export type Conclusion =
  /** Nothing is to be written. The task stays in the store as it is, and the next look finds it there. */
  { readonly kind: 'kept' } | Settling

export interface Settling {
  /** `sent`: an attempt was made and is over. `unsent`: the receiver heard nothing. */
  readonly kind: 'sent' | 'unsent'
  readonly settlement: Settlement
  /** What was to be sent. Undefined: its row is gone. */
  readonly loaded: LoadedDelivery | undefined
  /** Where it was sent, or was to be. Undefined: that was not found out. */
  readonly target: Target | undefined
  /** The lane's row changes with it. */
  readonly changesLane: boolean
  /** The endpoint is disabled with it. */
  readonly stop: Stop | undefined
}

export interface DeliverOptions extends AimSources {
  readonly load: (delivery: DeliveryId) => Promise<LoadedDelivery | undefined>
  /** Writes down that an attempt of the task begins. False: it is not ours any more. */
  readonly begin: (task: Task) => Promise<boolean>
  readonly quota: Pick<Quota, 'admits'>
  readonly session: { mayAct(): boolean }
  readonly egress: Pick<Egress, 'send'>
  readonly tokens: Pick<Tokens, 'get' | 'drop'>
  readonly transforms: Pick<Transforms, 'evaluate' | 'known'>
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Pick<Log, 'warn' | 'error'>
  /** When the circuit of an endpoint opens, and when the endpoint is disabled. */
  readonly endpointBounds: CircuitLimits
  readonly failpoint: (name: string) => void
  readonly traces?: Pick<Traces, 'share'> | undefined
}

/** A lane whose endpoint is paused or disabled, as far as we know, is looked at again after this long. */
const HELD_LOOK_MS = 1000

/** Nobody could enable a step's lane again, and each run has its own URL there: it has neither circuit nor end. */
const stepBounds: CircuitLimits = { ...circuitLimitsDefault, openAfterFailures: Infinity, disableAfterFailures: null }

const KEPT: Conclusion = { kind: 'kept' }

export function createDeliver(options: DeliverOptions): Deliver {
  return async (started) => {
    try {
      const work = await prepare(started, options)
      return 'kind' in work ? work : await attempt(started.lane, work, options)
    } catch (error) {
      options.log.warn('delivery.load.failed', { error, delivery: started.hand.task.delivery })
      return KEPT
    }
  }
}

/** What is to be sent, or how it ends without a call. */
async function prepare({ lane, hand, onSent }: StartedTask, options: DeliverOptions): Promise<Work | Conclusion> {
  const { task, content } = hand
  const loaded = content ?? (await options.load(task.delivery))
  // Its row is gone, so nothing can be sent or reported.
  if (loaded === undefined) return unsent(cancelled(task, 'delivery_missing'))
  const aim = await findAim(loaded, options)
  if (aim.kind !== 'target') return withoutTarget(lane, { task, loaded, aim }, options)
  if (loaded.payload === null)
    return unsent(hopeless(task, 'payload_expunged', 'The payload of this message is no longer kept.'), loaded, aim.target)
  const order = { ...orderOf(loaded, aim.target, options), payload: loaded.payload, signal: lane.life.signal, onSent }
  const plain = { task, loaded, order }
  if (isCutOff(loaded)) return unsent(settlementOfCutOff(plain, options), loaded, aim.target)
  const { transform, hourly } = aim.target
  const work = transform === null ? plain : await transformed(plain, transform, options)
  if ('kind' in work) return work
  if (hourly !== null && loaded.delivery.attempts === 0 && !(await options.quota.admits(lane, hourly))) return KEPT
  if (!options.session.mayAct() || lane.life.signal.aborted) return KEPT
  if (lane.isSuspicious && !(await options.begin(task))) return KEPT
  return work
}

function orderOf({ delivery, eventId }: LoadedDelivery, target: Target, { ids, traces }: DeliverOptions) {
  const { message_id: message, event_type: eventType } = delivery
  const id = ids.make('atmpt')
  const webhookId = message === null ? delivery.id : webhookIdOf({ id: message, eventId })
  return { id, target, trace: traceBelow(delivery, target, { attempt: id, traces }), webhookId, eventType, transformed: false }
}

/** What the receiver is told; where nobody collects traces, what the delivery was told itself. */
function traceBelow(
  delivery: LoadedDelivery['delivery'],
  { trace: told }: Target,
  { attempt, traces }: { readonly attempt: string; readonly traces: DeliverOptions['traces'] },
): string | null {
  if (traces === undefined) return told
  return textOfTrace({ ...placeOfDelivery(delivery, { told, share: traces.share }), spanId: spanOf(attempt) })
}

interface Astray {
  readonly task: Task
  readonly loaded: LoadedDelivery
  readonly aim: Exclude<Aim, { kind: 'target' }> | { readonly kind: 'held' | 'removed' }
}

function withoutTarget(lane: HeldLane, { task, loaded, aim }: Astray, { clock }: DeliverOptions): Conclusion {
  switch (aim.kind) {
    case 'held':
      lane.hold(clock.monotonic() + HELD_LOOK_MS)
      return KEPT
    case 'removed':
      return unsent(cancelled(task, 'endpoint_removed'), loaded)
    case 'broken':
      return unsent(hopeless(task, aim.code, aim.detail), loaded)
    case 'closed': {
      // Not tried, not counted. All of an endpoint's lane waits with it; of a step's, each delivery has a request of its own.
      const ofLane = loaded.delivery.endpoint_id !== null
      if (ofLane) lane.block(SECRET_LOOK_MS, clock.monotonic())
      const next = { kind: 'wait', waitMs: SECRET_LOOK_MS, status: 'held', failure: 'secret_unreadable' } as const
      return { ...unsent({ task, attempt: null, next, wake: null }, loaded), changesLane: ofLane }
    }
  }
}

/** The work with what the endpoint makes of the payload; else how the delivery ends without a call. */
async function transformed(work: Work, expression: string, { transforms, clock }: DeliverOptions): Promise<Work | Conclusion> {
  const { task, loaded, order } = work
  const [startedAt, began] = [clock.now(), clock.monotonic()]
  const made = await transformPayload(transforms, expression, { ...order, owner: loaded.delivery.application_id })
  switch (made.kind) {
    case 'made':
      return { ...work, order: { ...order, payload: made.body, transformed: true } }
    case 'skipped':
      return unsent(cancelled(task, 'transformation_skipped'), loaded, order.target)
    case 'failed': {
      const settlement = hopeless(task, made.code, made.detail)
      // Nothing was tried: no version of the payload could have helped.
      if (made.code === 'transformation_invalid') return unsent(settlement, loaded, order.target)
      const record = recordUnsent(order, { startedAt, durationMs: clock.monotonic() - began, ...made })
      return unsent({ ...settlement, attempt: attemptRow(work, record) }, loaded, order.target)
    }
    case 'busy':
      return KEPT
  }
}

async function attempt(lane: HeldLane, work: Work, options: DeliverOptions): Promise<Conclusion> {
  const { task, loaded, order } = work
  try {
    options.failpoint('delivery.before_send')
    const tried = await sendAttempt(options, order)
    options.failpoint('delivery.after_send')
    // We gave up, not the receiver: it is tried again.
    if (tried.outcome.kind === 'failed' && tried.outcome.code === 'aborted') return KEPT
    return judge(lane, { work, tried }, options)
  } catch (error) {
    options.log.error('delivery.attempt.broke', { error, delivery: task.delivery })
    return unsent(defective(task), loaded, order.target)
  }
}

/** Records in the lane what the attempt showed, before anything else of it starts. */
function judge(lane: HeldLane, { work, tried }: { work: Work; tried: SentAttempt }, options: DeliverOptions): Settling {
  const { task, loaded, order } = work
  const { clock, random } = options
  const { delivery } = loaded
  const { target } = order
  const progress = {
    target: target.kind,
    origin: task.manual ? ('manual' as const) : ('automatic' as const),
    retriesMade: delivery.retries,
    firstAttemptAt: delivery.first_attempt_at ?? tried.startedAt,
    retryInSeen: delivery.retry_in_seen === 1,
    isChained: delivery.endpoint_id !== null && passedOn(delivery).chain > 1,
  }
  const decision = judgeAttempt(tried, { clock, random, target, progress })
  const timedOut = tried.outcome.kind === 'failed' && tried.outcome.code.endsWith('_timeout')
  const bounds = target.kind === 'endpoint' ? options.endpointBounds : stepBounds
  const learnt = lane.learn(decision, { ...bounds, monotonic: clock.monotonic(), timedOut })
  if (learnt === 'disable') lane.hold(Infinity)
  const settlement = settlementOf(work, tried, decision)
  const reason = decision.disableEndpoint ?? 'consecutive_failures'
  const stop = learnt === 'disable' ? ({ state: 'disabled', reason, at: tried.startedAt } as const) : undefined
  return { kind: 'sent', settlement, loaded, target, changesLane: learnt !== 'same', stop }
}

function unsent(settlement: Settlement, loaded?: LoadedDelivery, target?: Target): Settling {
  return { kind: 'unsent', settlement, loaded, target, changesLane: false, stop: undefined }
}
