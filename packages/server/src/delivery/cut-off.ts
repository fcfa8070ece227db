import { decideAttempt } from '#domain'
import type { Clock, Log, Random } from '#platform'
import type { LoadedDelivery, Settlement } from '#store'
import { deliveryFailures } from './delivery-failures.ts'
import { recordUnsent, type AttemptRecord } from './send-attempt.ts'
import { attemptRow, hopeless, type Work } from './settlements.ts'

/** Its last attempt was written down as begun and never settled: the process died of it, or during it. */
export function isCutOff({ delivery }: LoadedDelivery): boolean {
  return delivery.status === 'sending'
}

export interface CutOffOptions {
  readonly clock: Clock
  readonly random: Pick<Random, 'unit'>
  readonly log: Pick<Log, 'error'>
}

/**
 * Counts that attempt as one that failed, so that a delivery which ends its process again and again comes to its end as well. Nothing is
 * held against the endpoint.
 */
export function settlementOfCutOff(work: Work, options: CutOffOptions): Settlement {
  const { task, loaded } = work
  const { record, next } = judgeCutOff(work, options)
  options.log.error('delivery.attempt.cut_off', { delivery: task.delivery, lane: task.lane })
  const wakesRun = next.kind === 'end' && loaded.delivery.run_id !== null
  const wake = wakesRun ? hopeless(task, 'cut_off', deliveryFailures.cut_off.sentence).wake : null
  return { task, attempt: attemptRow(work, record), cutOff: true, next, wake }
}

/** What the receiver may have had of it is not known. */
function judgeCutOff(
  { task, loaded, order }: Work,
  { clock, random }: CutOffOptions,
): { readonly record: AttemptRecord; readonly next: Settlement['next'] } {
  const { delivery } = loaded
  const { target } = order
  const now = clock.now()
  const detail = deliveryFailures.cut_off.sentence
  const record = recordUnsent(order, { startedAt: now, durationMs: 0, code: 'cut_off', detail })
  const decision = decideAttempt({
    result: { failureCode: 'cut_off', failureDetail: detail, hopeless: false },
    rule: target.success,
    policy: target.policy,
    delivery: {
      target: target.kind,
      origin: task.manual ? 'manual' : 'automatic',
      retriesMade: delivery.retries,
      firstAttemptAt: delivery.first_attempt_at ?? now,
      retryInSeen: delivery.retry_in_seen === 1,
    },
    now,
    unit: () => random.unit(),
  })
  if (decision.kind === 'retry') return { record, next: { kind: 'retry', waitMs: decision.waitMs, retryInSeen: decision.retryInSeen } }
  return { record, next: { kind: 'end', status: 'failed', failure: 'cut_off' } }
}
