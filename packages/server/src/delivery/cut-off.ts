import { decideAttempt } from '#domain'
import type { Clock, Random } from '#platform'
import type { LoadedDelivery, Settlement, Task } from '#store'
import { deliveryFailures } from './delivery-failures.ts'
import { recordUnsent, type AttemptOrder, type AttemptRecord } from './send-attempt.ts'

/** Its last attempt was written down as begun and never settled: the process died of it, or during it. */
export function isCutOff({ delivery }: LoadedDelivery): boolean {
  return delivery.status === 'sending'
}

/**
 * Counts that attempt as one that failed, so that a delivery which ends its process again and again comes to its end as well. Nothing is
 * held against the endpoint. `request`: what the receiver may have had of it is not known.
 */
export function judgeCutOff(
  { task, loaded, order }: { readonly task: Task; readonly loaded: LoadedDelivery; readonly order: AttemptOrder },
  { clock, random }: { readonly clock: Clock; readonly random: Pick<Random, 'unit'> },
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
