import { retryPresets, type RetryPresetName } from '@posthorn/contract'
import { limits } from '../limits.ts'

/** A retry policy as people write it and as it is kept. */
export type RetryPolicySetting = RetryPresetName | CustomRetryPolicy
export type { RetryPresetName }

export interface CustomRetryPolicy {
  /** One wait before each retry; after the last the delivery has failed. Empty: never retried. */
  readonly waitsSeconds: readonly number[]
  /** 0.2 lets each wait vary by a fifth either way. 0 if absent. */
  readonly jitter?: number | undefined
}

/** A retry policy ready to be asked. Made by `retryPolicy`. */
export interface RetryPolicy {
  readonly waitsMs: readonly number[]
  /** Repeats after the list, until `totalMsMax`; null: the list is all. */
  readonly tailWaitMs: number | null
  /** No retry is due later than this after the first attempt began; null: no such bound. */
  readonly totalMsMax: number | null
  /** A plan's cap; null: none. */
  readonly retriesMax: number | null
  readonly jitter: number
}

const SECOND = 1000

/** Makes a policy of a setting. A plan's cap keeps the first `retriesMax` waits; it binds endpoints only, never steps. */
export function retryPolicy(setting: RetryPolicySetting, retriesMax: number | null = null): RetryPolicy {
  const { waitsSeconds, jitter = 0, then } = typeof setting === 'string' ? retryPresets[setting] : { ...setting, then: null }
  return {
    waitsMs: waitsSeconds.map((seconds) => Math.round(seconds * SECOND)),
    tailWaitMs: then && then.everySeconds * SECOND,
    totalMsMax: then && then.untilSeconds * SECOND,
    jitter,
    retriesMax,
  }
}

export interface RetryProgress {
  /** Retries made before, so 0 after the first attempt. Every retry counts, whatever it was that set its wait. */
  readonly retriesMade: number
  /** Since the first attempt began. */
  readonly elapsedMs: number
  /** The body's `retry_in`, if this response carried a valid one. */
  readonly retryInSeconds?: number | undefined
  /** An earlier response of this delivery carried a valid `retry_in`. */
  readonly sawRetryIn: boolean
  /** The header `Retry-After`, if this response carried a valid one. */
  readonly retryAfterSeconds?: number | undefined
}

export type NextRetry = { readonly kind: 'retry'; readonly waitMs: number } | { readonly kind: 'exhausted' }

/**
 * What follows a failed attempt.
 *
 * `retry_in` is obeyed exactly. From the first one on the receiver is taken to steer: neither the schedule's end nor its total
 * applies any more, but 32 retries of any kind are the end; a response without it then waits as long as the schedule says (its last
 * wait, once it is used up). A policy without any wait is not talked into retrying.
 *
 * `Retry-After` makes a wait longer, never shorter: coming back before the schedule would use up retries in an outage. It does
 * not make a delivery fail earlier either, so under a total it is cut to what is left.
 */
export function nextRetry(policy: RetryPolicy, progress: RetryProgress, unit: () => number): NextRetry {
  const { retriesMade, elapsedMs, retryInSeconds, sawRetryIn } = progress
  const askedMs = (progress.retryAfterSeconds ?? 0) * SECOND
  const scheduledMs = scheduledWait(policy, retriesMade)
  if (retryInSeconds !== undefined || sawRetryIn) {
    const steeredMs = scheduledMs ?? policy.tailWaitMs ?? policy.waitsMs.at(-1)
    if (steeredMs === undefined || retriesMade >= limits.retriesAskedMax) return { kind: 'exhausted' }
    if (retryInSeconds !== undefined) return { kind: 'retry', waitMs: retryInSeconds * SECOND }
    return { kind: 'retry', waitMs: Math.max(jittered(steeredMs, policy.jitter, unit), askedMs) }
  }
  if (scheduledMs === undefined) return { kind: 'exhausted' }
  const leftMs = (policy.totalMsMax ?? Number.POSITIVE_INFINITY) - elapsedMs
  if (scheduledMs > leftMs) return { kind: 'exhausted' }
  return { kind: 'retry', waitMs: Math.max(jittered(scheduledMs, policy.jitter, unit), Math.min(askedMs, leftMs)) }
}

function scheduledWait(policy: RetryPolicy, retriesMade: number): number | undefined {
  if (policy.retriesMax !== null && retriesMade >= policy.retriesMax) return undefined
  return policy.waitsMs[retriesMade] ?? policy.tailWaitMs ?? undefined
}

function jittered(waitMs: number, jitter: number, unit: () => number): number {
  return jitter === 0 ? waitMs : Math.round(waitMs * (1 - jitter + 2 * jitter * unit()))
}
