import { isUtf8 } from 'node:buffer'
import { limits, type AttemptDecision, type StepDeliveryOutcome } from '#domain'
import { failures, type EgressOutcome } from '#platform'
import type { LoadedDelivery, NewAttempt, Settlement, Task } from '#store'
import type { DeliveryFailureCode } from './delivery-failures.ts'
import type { Target } from './target.ts'
import { recordAttempt, type AttemptOrder, type AttemptRecord, type SentAttempt } from './send-attempt.ts'

/** A task with what is sent for it. */
export interface Work {
  readonly task: Task
  readonly loaded: LoadedDelivery
  readonly order: AttemptOrder
}

/** Of an attempt that was made. */
export function settlementOf(work: Work, tried: SentAttempt, decision: AttemptDecision): Settlement {
  const next = nextOf(decision)
  const { run_id: run } = work.loaded.delivery
  const attempt = attemptRow(work, recordAttempt(work.order, tried, decision))
  return {
    task: work.task,
    attempt,
    next,
    wake: next.kind === 'end' && run !== null ? JSON.stringify(stepOutcome(work.order.target, tried.outcome, decision)) : null,
  }
}

/** Of a delivery that nobody wants any more. */
export function cancelled(task: Task, failure: DeliveryFailureCode): Settlement {
  return { task, attempt: null, next: { kind: 'end', status: 'cancelled', failure }, wake: null }
}

/** Of a delivery that no further attempt could help. */
export function hopeless(task: Task, code: DeliveryFailureCode, message: string): Settlement {
  const wake: StepDeliveryOutcome = { ok: false, code, message, status: null, body: null }
  return { task, attempt: null, next: { kind: 'end', status: 'failed', failure: code }, wake: JSON.stringify(wake) }
}

/** Of a delivery that broke us. Left alone it would be sent once a second for ever. */
export function defective(task: Task): Settlement {
  return hopeless(task, 'internal', 'Sending failed for a reason that lies in Posthorn; its log says more.')
}

export function attemptRow({ task, loaded: { delivery } }: Work, record: AttemptRecord): NewAttempt {
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

/** What the run reads that is parked on this delivery. */
export function stepOutcome({ kind }: Target, outcome: EgressOutcome, decision: AttemptDecision): StepDeliveryOutcome {
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
  return kind === 'http_request' && response ? wholeAnswer(wake, response) : wake
}

/** With all that the receiver said. Half of an answer is none: it could be read as one that says something else. */
function wholeAnswer(wake: StepDeliveryOutcome, response: Extract<EgressOutcome, { kind: 'response' }>): StepDeliveryOutcome {
  const { headers, truncated, body } = response
  if (truncated) {
    const message = `The answer is longer than ${limits.stepOutputBytesMax} bytes.`
    return { ...wake, ok: false, code: 'response_too_large', message, body: null, headers }
  }
  if (isUtf8(body)) return { ...wake, headers }
  return { ...wake, headers, body: Buffer.from(body).toString('base64'), encoding: 'base64' }
}
