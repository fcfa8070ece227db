import type { AttemptId, DeliveryId, StepDeliveryOutcome, StepRequest } from '#domain'
import type { Random } from '#platform'
import { judgeAttempt, sendAttempt, type Senders } from './send-attempt.ts'
import { stepOutcome } from './settlements.ts'
import { aimAtRequest } from './target.ts'

/** What a step sends, as its delivery would. */
export interface StepCall {
  readonly id: DeliveryId
  readonly event: string
  readonly request: StepRequest
  readonly body: Uint8Array
}

/** Sends what a step of a flow that is tried would send: once, signed like a real one, and not kept. */
export type TryStep = (call: StepCall, signal?: AbortSignal) => Promise<StepDeliveryOutcome>

export interface TryStepOptions extends Senders {
  readonly random: Random
  readonly ids: { make(kind: 'atmpt'): AttemptId }
}

export function createTryStep(options: TryStepOptions): TryStep {
  return async ({ id, event, request, body }, signal) => {
    const aim = aimAtRequest(request)
    if (aim.kind !== 'target') return { ok: false, code: aim.code, message: aim.detail, status: null, body: null }
    const { target } = aim
    const attempt = { id: options.ids.make('atmpt'), target, webhookId: id, eventType: event, payload: body, transformed: false }
    const tried = await sendAttempt(options, { ...attempt, ...(signal && { signal }) })
    const progress = {
      target: target.kind,
      origin: 'test' as const,
      retriesMade: 0,
      firstAttemptAt: tried.startedAt,
      retryInSeen: false,
    }
    return stepOutcome(target, tried.outcome, judgeAttempt(tried, { ...options, target, progress }))
  }
}
