import {
  afterAttempt,
  circuitLimitsDefault,
  decideAttempt,
  limits,
  sign,
  type AttemptDecision,
  type AttemptId,
  type DeliveryId,
  type Ids,
  type StepDeliveryOutcome,
} from '#domain'
import { failures, type Clock, type Egress, type EgressOutcome, type Log, type Random, type Vault } from '#platform'
import type { Committer, ConfigCache, LaneUpdate, LoadedDelivery, NewAttempt, Settlement, Task } from '#store'
import type { HeldLane } from './held-lane.ts'
import type { LaneNews, TaskEnd } from './scheduler.ts'
import { createTargets, stepTarget, webhookId, type Target, type TargetResult } from './target.ts'

export interface DeliverOptions {
  readonly committer: Pick<Committer, 'settle'>
  readonly load: (delivery: DeliveryId) => Promise<LoadedDelivery | undefined>
  readonly config: Pick<ConfigCache, 'peek' | 'application'>
  readonly session: { mayAct(): boolean }
  readonly egress: Egress
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly disableAfter: number
  readonly failpoint: (name: string) => void
}

type Sent = (news: LaneNews | undefined) => void

/** How long a settlement waits before it is offered again to a store that did not take it. */
const SETTLE_AGAIN_MS = 500
/** A delivery whose endpoint may not be sent to now is looked at again after this long. */
const HELD_LOOK_MS = 1000

/**
 * Carries one task from "due" to "settled": load, aim, sign, send, judge, settle. An attempt's id is made before the send; its
 * outcome is offered to the store until the store takes it or the life is lost, because it happened and must not be forgotten.
 */
export function createDeliver(options: DeliverOptions) {
  const { config, vault, clock } = options
  const targets = createTargets(vault)

  const aim = async (loaded: LoadedDelivery): Promise<TargetResult> => {
    if (loaded.delivery.endpoint_id === null) return stepTarget(loaded, vault)
    const application = loaded.delivery.application_id
    const snapshot = config.peek(application) ?? (await config.application(application))
    return (snapshot && targets(snapshot).get(loaded.delivery.endpoint_id)) ?? { kind: 'removed' }
  }

  return async (lane: HeldLane, task: Task, sent: Sent, content: LoadedDelivery | undefined): Promise<TaskEnd> => {
    const loaded = content ?? (await options.load(task.delivery))
    if (loaded === undefined) return { kind: 'kept' }
    const aimed = await aim(loaded)
    switch (aimed.kind) {
      case 'held':
        sent({ failures: lane.failures, closedForMs: HELD_LOOK_MS, slow: false })
        return { kind: 'kept' }
      case 'removed':
        return end({ task, attempt: null, next: { kind: 'end', status: 'cancelled', failure: 'endpoint_removed' }, wake: null })
      case 'broken':
        return end(hopeless(task, aimed.code, aimed.detail))
      case 'target':
        break
    }
    if (loaded.payload === null) return end(hopeless(task, 'payload_expunged', 'The payload of this message is no longer kept.'))
    if (!options.session.mayAct()) return { kind: 'kept' }
    return attempt({ lane, task, loaded, target: aimed.target, payload: loaded.payload }, sent)
  }

  async function attempt(work: Work, sent: Sent): Promise<TaskEnd> {
    const id = options.ids.make('atmpt')
    const startedAt = clock.now()
    const request = buildRequest(work, id, startedAt)
    options.failpoint('delivery.before_send')
    const outcome = await options.egress.send({
      url: work.target.url,
      method: 'POST',
      headers: request,
      body: work.payload,
      timeoutMs: work.target.timeoutMs,
      responseBytesMax: limits.responseBytesMax,
      responseBytesKept: work.target.kind === 'send_webhook' ? limits.responseBytesMax : limits.responseBytesKept,
    })
    options.failpoint('delivery.after_send')
    if (outcome.kind === 'failed' && outcome.code === 'aborted') return { kind: 'kept' } // we gave up, not the receiver: it is tried again
    const decision = decide(work, outcome, startedAt)
    const update = laneUpdate(work, decision)
    sent({
      failures: update?.failures ?? work.lane.failures,
      closedForMs: update ? Math.max(update.circuitInMs, update.blockedInMs) : 0,
      slow: decision.slowDown || (outcome.kind === 'failed' && outcome.code.endsWith('_timeout')),
    })
    const next = nextOf(decision)
    if (next.kind === 'end' && next.status === 'failed') {
      options.log.info('delivery.delivery.failed', { delivery: work.task.delivery, failure: next.failure })
    }
    const attempt = attemptRow({ work, id, startedAt, request, outcome, decision })
    return end({ task: work.task, attempt, next, wake: next.kind === 'end' ? wakeOf(outcome, decision) : null }, update)
  }

  function decide({ loaded: { delivery }, target, task }: Work, outcome: EgressOutcome, startedAt: number): AttemptDecision {
    const result =
      outcome.kind === 'response'
        ? {
            status: outcome.status,
            hopeless: false,
            retryAfter: first(outcome.headers['retry-after']),
            body: outcome.truncated ? undefined : outcome.body,
          }
        : { failureCode: outcome.code, failureDetail: outcome.detail, hopeless: failures[outcome.code].hopeless }
    return decideAttempt({
      result,
      rule: target.success,
      policy: target.policy,
      delivery: {
        target: target.kind,
        origin: task.manual ? 'manual' : 'automatic',
        retriesMade: delivery.retries,
        firstAttemptAt: delivery.first_attempt_at ?? startedAt,
        retryInSeen: delivery.retry_in_seen === 1,
      },
      now: clock.now(),
      unit: () => options.random.unit(),
    })
  }

  function buildRequest({ target, loaded, payload }: Work, id: AttemptId, now: number): (readonly [string, string])[] {
    const headers: (readonly [string, string])[] = [
      ['content-type', 'application/json'],
      ['user-agent', USER_AGENT],
    ]
    for (const [name, value] of target.headers) {
      if (name.toLowerCase() === 'content-type') headers[0] = [name, value]
      else if (name.toLowerCase() === 'user-agent') headers[1] = [name, value]
      else headers.push([name, value])
    }
    if (target.signing) {
      const signed = sign({
        profile: target.signing.profile,
        secrets: target.signing.keys.filter((key) => key.until > now).map((key) => key.key),
        id: webhookId(loaded),
        attemptId: id,
        eventType: loaded.delivery.event_type,
        timestampSeconds: Math.floor(now / 1000),
        body: payload,
      })
      headers.push(...Object.entries(signed))
    }
    return headers
  }

  /** Endpoints have a circuit and are disabled in the end; a lane of a step has neither, because nobody could enable it again. */
  function laneUpdate({ lane, target, loaded, task }: Work, decision: AttemptDecision): LaneUpdate | null {
    if (decision.countsAs === 'nothing' && decision.laneWaitMs === 0 && decision.disableEndpoint === null) return null
    // A success in an unbroken row changes nothing that the store keeps: most settlements write no lane.
    if (decision.countsAs === 'success' && lane.failures === 0) return null
    const step = afterAttempt({ failures: lane.failures, circuitUntil: 0 }, decision.countsAs, 0, {
      ...circuitLimitsDefault,
      disableAfterFailures: options.disableAfter,
    })
    const endpoint = target.kind === 'endpoint'
    const reason = !endpoint ? null : (decision.disableEndpoint ?? (step.disable ? 'consecutive_failures' : null))
    return {
      lane: task.lane,
      failures: step.circuit.failures,
      circuitInMs: endpoint ? step.circuit.circuitUntil : 0,
      blockedInMs: decision.laneWaitMs,
      disable: reason === null ? null : { reason, audit: disableAudit(loaded, reason) },
    }
  }

  function disableAudit({ delivery }: LoadedDelivery, reason: string) {
    return {
      id: options.ids.make('aud'),
      at: clock.now(),
      application: delivery.application_id as `app_${string}`,
      actor: 'system',
      action: 'endpoint.disabled',
      target: delivery.endpoint_id ?? delivery.lane,
      before: null,
      after: JSON.stringify({ state: 'disabled', reason }),
      ip: null,
    }
  }

  async function end(settlement: Settlement, update: LaneUpdate | null = null): Promise<TaskEnd> {
    for (;;) {
      options.failpoint('delivery.before_settle')
      try {
        const { settled } = await options.committer.settle(settlement, update)
        options.failpoint('delivery.after_settle')
        if (!settled || settlement.next.kind === 'end') return { kind: 'gone' }
        return { kind: 'later', waitMs: settlement.next.waitMs }
      } catch (error) {
        options.log.warn('delivery.settle.failed', { error, delivery: settlement.task.delivery })
        // An unknown commit is offered again too: the task's exact key makes the second one a no-op if the first was kept.
        if (!options.session.mayAct()) return { kind: 'kept' }
        await new Promise<void>((resolve) => void clock.after(SETTLE_AGAIN_MS, resolve))
      }
    }
  }
}

const USER_AGENT = 'Posthorn/0.1'

interface Work {
  readonly lane: HeldLane
  readonly task: Task
  readonly loaded: LoadedDelivery
  readonly target: Target
  readonly payload: Uint8Array
}

function hopeless(task: Task, code: string, detail: string): Settlement {
  const wake: StepDeliveryOutcome = { ok: false, code, message: detail, status: null, body: null }
  return { task, attempt: null, next: { kind: 'end', status: 'failed', failure: code }, wake: JSON.stringify(wake) }
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

function wakeOf(outcome: EgressOutcome, decision: AttemptDecision): string {
  const response = outcome.kind === 'response' ? outcome : undefined
  const delivered = decision.kind === 'delivered'
  const wake: StepDeliveryOutcome = {
    ok: delivered,
    code: delivered ? null : decision.code,
    message: delivered ? null : decision.reason,
    status: response?.status ?? null,
    body: response ? Buffer.from(response.body).toString('utf8') : null,
  }
  return JSON.stringify(wake)
}

function first(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}

interface Made {
  readonly work: Work
  readonly id: AttemptId
  readonly startedAt: number
  readonly request: readonly (readonly [string, string])[]
  readonly outcome: EgressOutcome
  readonly decision: AttemptDecision
}

function attemptRow({ work, id, startedAt, request, outcome, decision }: Made): NewAttempt {
  const { delivery } = work.loaded
  const response = outcome.kind === 'response' ? outcome : undefined
  return {
    id,
    application_id: delivery.application_id,
    delivery_id: delivery.id,
    endpoint_id: delivery.endpoint_id,
    message_id: delivery.message_id,
    event_type: delivery.event_type,
    n: delivery.attempts + 1,
    manual: work.task.manual ? 1 : 0,
    ok: decision.kind === 'delivered' ? 1 : 0,
    started_at: startedAt,
    duration_ms: Math.round(outcome.phases.totalMs),
    url: redactUrl(work.target.url),
    status: response?.status ?? null,
    failure: decision.kind === 'delivered' ? null : decision.code,
    detail: decision.kind === 'delivered' ? null : decision.reason,
    phases: JSON.stringify(outcome.phases, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value)),
    request_headers: JSON.stringify(request.map(([name, value]) => [name, isCredential(name) ? '[redacted]' : value])),
    response_headers: response ? JSON.stringify(response.headers) : null,
    response_truncated: response && (response.truncated || response.body.length > limits.responseBytesKept) ? 1 : 0,
    response_body: response ? response.body.subarray(0, limits.responseBytesKept) : null,
  }
}

/** Headers whose value opens a door. Signatures are not among them: a reader of the log needs them to see why one did not match. */
function isCredential(name: string): boolean {
  return /authorization|cookie|api-?key|token|secret|password/i.test(name)
}

/** User names, passwords and query values that look like credentials do not belong into a log. */
function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const parsed = new URL(url)
  if (parsed.username || parsed.password) {
    parsed.username = 'redacted'
    parsed.password = ''
  }
  for (const name of parsed.searchParams.keys())
    if (/token|key|secret|password|signature/i.test(name)) parsed.searchParams.set(name, 'redacted')
  return parsed.href
}
