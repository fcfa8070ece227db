import type { ConfigCache } from '#coordination'
import {
  circuitLimitsDefault,
  webhookIdOf,
  type AttemptDecision,
  type CircuitLimits,
  type DeliveryId,
  type Ids,
  type StepDeliveryOutcome,
} from '#domain'
import { failures, type Clock, type Egress, type EgressOutcome, type Log, type Random, type Transforms, type Vault } from '#platform'
import type { EndpointStop, LoadedDelivery, NewAttempt, Settlement, Task } from '#store'
import { isCutOff, judgeCutOff } from './cut-off.ts'
import { deliveryFailures } from './delivery-failures.ts'
import type { HeldLane } from './held-lane.ts'
import type { Quota } from './quota.ts'
import type { Deliver, Progress, TaskEnd } from './scheduler.ts'
import {
  judgeAttempt,
  recordAttempt,
  recordUnsent,
  sendAttempt,
  type AttemptOrder,
  type AttemptRecord,
  type SentAttempt,
} from './send-attempt.ts'
import type { Settle } from './settle.ts'
import { aimAtStep, type Aim, type EndpointAims, type Target } from './target.ts'
import type { Telling } from './telling.ts'
import { transformPayload } from './transform-payload.ts'

export interface DeliverOptions {
  readonly settle: Settle
  readonly load: (delivery: DeliveryId) => Promise<LoadedDelivery | undefined>
  /** Writes down that an attempt of the task begins. False: it is not ours any more. */
  readonly begin: (task: Task) => Promise<boolean>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly endpointAims: EndpointAims
  readonly quota: Pick<Quota, 'admits'>
  readonly telling: Telling
  readonly session: { mayAct(): boolean }
  readonly egress: Pick<Egress, 'send'>
  readonly transforms: Pick<Transforms, 'evaluate' | 'known'>
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly disableAfter: number
  readonly failpoint: (name: string) => void
}

/** A lane whose endpoint is paused or disabled, as far as we know, is looked at again after this long. */
const HELD_LOOK_MS = 1000

/** What waits for a secret that cannot be opened is looked at again after this long. */
const CLOSED_LOOK_MS = 30_000

const KEPT: TaskEnd = { settled: false, againInMs: null }

/**
 * Carries one task from "due" to "settled": load, aim, sign, send, judge, settle. The attempt's id is made before the send. Whatever
 * cannot be sent ends its delivery here and now, with the reason, so that no task comes round for ever.
 */
export function createDeliver(options: DeliverOptions): Deliver {
  const { config, vault, clock, log, settle, telling, ids } = options
  const endpointBounds: CircuitLimits = { ...circuitLimitsDefault, disableAfterFailures: options.disableAfter }
  // Nobody could enable a step's lane again, and each run has its own URL there: it has neither circuit nor end.
  const stepBounds: CircuitLimits = { ...circuitLimitsDefault, openAfterFailures: Infinity, disableAfterFailures: null }

  const aimAt = async (loaded: LoadedDelivery): Promise<Aim | { readonly kind: 'held' | 'removed' }> => {
    const { application_id: application, endpoint_id: endpoint } = loaded.delivery
    if (endpoint === null) return aimAtStep(loaded, vault)
    const snapshot = config.peek(application) ?? (await config.application(application))
    let found = snapshot && options.endpointAims(snapshot, endpoint)
    if (!found) {
      // On a snapshot that another process has outdated, a new endpoint looks like a removed one.
      const fresh = await config.refresh(application as `app_${string}`)
      found = fresh && options.endpointAims(fresh, endpoint)
    }
    if (!found) return { kind: 'removed' }
    return found.state === 'active' ? found.aim : { kind: 'held' }
  }

  const end = async (lane: HeldLane, settlement: Settlement, { loaded, tellsLane = false }: Context = {}): Promise<TaskEnd> => {
    const { next, task } = settlement
    const failed = next.kind === 'end' && next.status === 'failed'
    if (failed) log.info('delivery.delivery.failed', { delivery: task.delivery, failure: next.failure })
    const pauses = failed && !task.manual && lane.limits.pausesOnFailure
    if (pauses) await stop(lane, 'paused', { reason: 'delivery_failed', delivery: task.delivery, at: clock.now() })
    const result = await settle(lane, loaded === undefined ? settlement : await withTold(settlement, loaded), tellsLane || pauses)
    if (!result?.settled) return KEPT
    // We lived through one.
    if (settlement.attempt !== null && !settlement.cutOff) lane.isSuspicious = false
    if (next.kind === 'end') return { settled: true, againInMs: null }
    if (result.keptPlace) lane.block(next.waitMs, clock.monotonic())
    return { settled: true, againInMs: next.waitMs, keptPlace: result.keptPlace === true }
  }

  const withTold = (settlement: Settlement, loaded: LoadedDelivery): Settlement | Promise<Settlement> => {
    const told = telling.ofSettlement(settlement, loaded)
    if (told instanceof Promise) return told.then((operational) => (operational.length === 0 ? settlement : { ...settlement, operational }))
    return told.length === 0 ? settlement : { ...settlement, operational: told }
  }

  /** Nothing of the lane starts any more from here on, and the commit of what was learnt here pauses or disables the endpoint. */
  const stop = async (lane: HeldLane, state: EndpointStop['state'], { at, ...why }: WhyStopped): Promise<void> => {
    lane.hold(Infinity)
    log.warn(state === 'paused' ? 'delivery.endpoint.paused' : 'delivery.endpoint.disabled', { endpoint: lane.lane, ...why })
    const audit = {
      id: ids.make('aud'),
      at: clock.now(),
      application: lane.application,
      actor: 'system',
      action: `endpoint.${state}`,
      target: lane.lane,
      before: null,
      after: JSON.stringify({ state, ...why }),
      ip: null,
    }
    const operational = await telling.ofStop(lane, state, at)
    lane.stop({ state, reason: why.reason, audit, ...(operational.length > 0 && { operational }) })
  }

  const attempt = async (lane: HeldLane, work: Work, over: Progress['over']): Promise<TaskEnd> => {
    const { task, loaded, order } = work
    const { delivery } = loaded
    options.failpoint('delivery.before_send')
    const tried = await sendAttempt(options, order)
    options.failpoint('delivery.after_send')
    const { outcome } = tried
    // We gave up, not the receiver: it is tried again.
    if (outcome.kind === 'failed' && outcome.code === 'aborted') return KEPT
    const { target } = order
    const progress = {
      target: target.kind,
      origin: task.manual ? ('manual' as const) : ('automatic' as const),
      retriesMade: delivery.retries,
      firstAttemptAt: delivery.first_attempt_at ?? tried.startedAt,
      retryInSeen: delivery.retry_in_seen === 1,
    }
    const decision = judgeAttempt(tried, { ...options, target, progress })
    const learnt = teach(lane, { decision, outcome, target })
    const reason = decision.disableEndpoint ?? 'consecutive_failures'
    const stopping = learnt === 'disable' ? stop(lane, 'disabled', { reason, at: tried.startedAt }) : undefined
    over()
    await stopping
    return end(lane, settlementOf(work, tried, decision), { loaded, tellsLane: learnt !== 'same' })
  }

  /** Tells the lane what the attempt showed, before anything else of it starts. Unless it is the same, the store has to be told too. */
  const teach = (lane: HeldLane, { decision, outcome, target }: Lesson): 'disable' | 'changed' | 'same' => {
    const timedOut = outcome.kind === 'failed' && outcome.code.endsWith('_timeout')
    const bounds = target.kind === 'endpoint' ? endpointBounds : stepBounds
    return lane.learn(decision, { ...bounds, monotonic: clock.monotonic(), timedOut })
  }

  /** The work with what the endpoint makes of the payload; else how the delivery ends without a call. Null: to be looked at again. */
  const transformed = async (work: Work, expression: string): Promise<Work | Settlement | null> => {
    const { task, loaded, order } = work
    const [startedAt, began] = [clock.now(), clock.monotonic()]
    const made = await transformPayload(options.transforms, expression, { ...order, owner: loaded.delivery.application_id })
    switch (made.kind) {
      case 'made':
        return { ...work, order: { ...order, payload: made.body, transformed: true } }
      case 'skipped':
        return cancelled(task, 'transformation_skipped')
      case 'failed': {
        // Nothing was tried: no version of the payload could have helped.
        if (made.code === 'transformation_invalid') return hopeless(task, made.code, made.detail)
        const record = recordUnsent(order, { startedAt, durationMs: clock.monotonic() - began, ...made })
        return { ...hopeless(task, made.code, made.detail), attempt: attemptRow(work, record) }
      }
      case 'busy':
        return null
    }
  }

  /** Not tried, not counted. All of an endpoint's lane waits with it; of a step's, each delivery has a request of its own. */
  const putOff = (lane: HeldLane, task: Task, loaded: LoadedDelivery): Promise<TaskEnd> => {
    const ofLane = loaded.delivery.endpoint_id !== null
    if (ofLane) lane.block(CLOSED_LOOK_MS, clock.monotonic())
    const next = { kind: 'wait', waitMs: CLOSED_LOOK_MS, status: 'held', failure: 'secret_unreadable' } as const
    return end(lane, { task, attempt: null, next, wake: null }, { loaded, tellsLane: ofLane })
  }

  const cutOff = (work: Work): Settlement => {
    const { task, loaded } = work
    const { record, next } = judgeCutOff(work, options)
    log.error('delivery.attempt.cut_off', { delivery: task.delivery, lane: task.lane })
    const wake =
      next.kind === 'end' && loaded.delivery.run_id !== null ? hopeless(task, 'cut_off', deliveryFailures.cut_off.sentence).wake : null
    return { task, attempt: attemptRow(work, record), cutOff: true, next, wake }
  }

  const deliver: Deliver = async (lane, { task, content }, progress) => {
    const loaded = content ?? (await options.load(task.delivery))
    // Its row is gone, so nothing can be sent or told.
    if (loaded === undefined) return end(lane, cancelled(task, 'delivery_missing'))
    const aim = await aimAt(loaded)
    switch (aim.kind) {
      case 'held':
        lane.hold(clock.monotonic() + HELD_LOOK_MS)
        return KEPT
      case 'removed':
        return end(lane, cancelled(task, 'endpoint_removed'), { loaded })
      case 'closed':
        return putOff(lane, task, loaded)
      case 'broken':
        return end(lane, hopeless(task, aim.code, aim.detail), { loaded })
      case 'target':
        break
    }
    const { payload } = loaded
    if (payload === null) return end(lane, hopeless(task, 'payload_expunged', 'The payload of this message is no longer kept.'), { loaded })
    const { id, message_id: message, event_type: eventType } = loaded.delivery
    const webhookId = message === null ? id : webhookIdOf({ id: message, eventId: loaded.eventId })
    const about = { id: ids.make('atmpt'), target: aim.target, webhookId, eventType, payload, transformed: false }
    const plain = { task, loaded, order: { ...about, signal: lane.life.signal, onSent: progress.left } }
    if (isCutOff(loaded)) return end(lane, cutOff(plain), { loaded })
    const work = aim.target.transform === null ? plain : await transformed(plain, aim.target.transform)
    if (work === null) return KEPT
    if ('next' in work) return end(lane, work, { loaded })
    const { hourly } = aim.target
    if (hourly !== null && loaded.delivery.attempts === 0 && !(await options.quota.admits(lane, hourly))) return KEPT
    if (!options.session.mayAct() || lane.life.signal.aborted) return KEPT
    if (lane.isSuspicious && !(await options.begin(task))) return KEPT
    try {
      return await attempt(lane, work, progress.over)
    } catch (error) {
      // A defect of ours. Left alone it would send this delivery once a second for ever.
      log.error('delivery.attempt.broke', { error, delivery: task.delivery })
      return end(lane, hopeless(task, 'internal', 'Sending failed for a reason that lies in Posthorn; its log says more.'), { loaded })
    }
  }

  return async (lane, hand, progress) => {
    try {
      return await deliver(lane, hand, progress)
    } catch (error) {
      log.warn('delivery.load.failed', { error, delivery: hand.task.delivery })
      return KEPT
    }
  }
}

interface Work {
  readonly task: Task
  readonly loaded: LoadedDelivery
  readonly order: AttemptOrder
}

interface Context {
  /** What was sent. Absent: its row is gone. */
  readonly loaded?: LoadedDelivery
  /** The lane's row changes with it. */
  readonly tellsLane?: boolean
}

interface WhyStopped {
  readonly reason: string
  readonly delivery?: DeliveryId
  /** When the attempt began that was one too many. */
  readonly at: number
}

interface Lesson {
  readonly decision: AttemptDecision
  readonly outcome: EgressOutcome
  readonly target: Target
}

function settlementOf(work: Work, tried: SentAttempt, decision: AttemptDecision): Settlement {
  const next = nextOf(decision)
  const { run_id: run } = work.loaded.delivery
  const attempt = attemptRow(work, recordAttempt(work.order, tried, decision))
  return { task: work.task, attempt, next, wake: next.kind === 'end' && run !== null ? wakeOf(tried.outcome, decision) : null }
}

function attemptRow({ task, loaded: { delivery } }: Work, record: AttemptRecord): NewAttempt {
  return {
    ...record,
    application_id: delivery.application_id,
    delivery_id: delivery.id,
    endpoint_id: delivery.endpoint_id,
    message_id: delivery.message_id,
    n: delivery.attempts + 1,
    manual: task.manual ? 1 : 0,
  }
}

function nextOf(decision: AttemptDecision): Settlement['next'] {
  switch (decision.kind) {
    case 'delivered':
      return { kind: 'end', status: 'delivered', failure: null }
    case 'failed':
      return { kind: 'end', status: 'failed', failure: decision.code }
    case 'retry':
      return { kind: 'retry', waitMs: decision.waitMs, retryInSeen: decision.retryInSeen }
  }
}

function cancelled(task: Task, failure: string): Settlement {
  return { task, attempt: null, next: { kind: 'end', status: 'cancelled', failure }, wake: null }
}

function hopeless(task: Task, code: string, message: string): Settlement {
  const wake: StepDeliveryOutcome = { ok: false, code, message, status: null, body: null }
  return { task, attempt: null, next: { kind: 'end', status: 'failed', failure: code }, wake: JSON.stringify(wake) }
}

/** What the run reads that is parked on this delivery. */
function wakeOf(outcome: EgressOutcome, decision: AttemptDecision): string {
  const response = outcome.kind === 'response' ? outcome : undefined
  const delivered = decision.kind === 'delivered'
  // The plain sentence: a flow may hand its faults to a caller, who must not learn to what address a name resolved. The attempt keeps the detail.
  const wake: StepDeliveryOutcome = {
    ok: delivered,
    code: delivered ? null : decision.code,
    message: delivered ? null : outcome.kind === 'failed' ? failures[outcome.code].sentence : decision.reason,
    status: response?.status ?? null,
    body: response ? Buffer.from(response.body).toString('utf8') : null,
  }
  return JSON.stringify(wake)
}
