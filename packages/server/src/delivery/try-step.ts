import type { AttemptId, DeliveryId, StepDeliveryOutcome, StepRequest } from '#domain'
import type { Random, Vault } from '#platform'
import type { ApplicationSnapshot } from '#store'
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

/**
 * Sends what a step of a flow that is tried would send: once, signed like a real one, and not kept. The application has the connections that
 * it may call.
 */
export type TryStep = (call: StepCall, application?: ApplicationSnapshot) => Promise<StepDeliveryOutcome>

export interface TryStepOptions extends Senders {
  readonly random: Random
  readonly ids: { make(kind: 'atmpt'): AttemptId }
  /** Absent where nobody has connections. */
  readonly vault?: Vault
}

export function createTryStep(options: TryStepOptions): TryStep {
  const { vault } = options
  return async ({ id, event, request, body }, application) => {
    const aim = aimAtRequest(request, application && vault && { application, vault })
    if (aim.kind !== 'target') return { ok: false, code: aim.code, message: aim.detail, status: null, body: null }
    const { target } = aim
    const attempt = {
      id: options.ids.make('atmpt'),
      target,
      webhookId: id,
      eventType: event,
      payload: body,
      transformed: false,
      trace: null,
    }
    const tried = await sendAttempt(options, attempt)
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
