import type { flowTestIn } from '@posthorn/contract'
import type { z } from 'zod'
import type { Delivery, StepCall } from '#delivery'
import { decideAttempt, retryPolicy, type StepDeliveryOutcome } from '#domain'
import type { Clock } from '#platform'

type Wanted = Pick<z.output<typeof flowTestIn>, 'outcomes' | 'calls'>
type Outcome = Wanted['outcomes'][string]

/** Answers the calls of the steps of a try. */
export type StepCalls = (call: StepCall & { readonly stepId: string }) => StepDeliveryOutcome | Promise<StepDeliveryOutcome>

/** A try is no load test: a loop of a thousand items would be one. */
const CALLS_MAX = 100
const CALLS_MS_MAX = 60_000

const wellDone: Outcome = { status: 200, body: null }

/** By the outcome that was chosen for the step; else really, if calls are to be made; else well. */
export function createStepCalls(
  { clock, tryStep }: { readonly clock: Clock; readonly tryStep: Delivery['tryStep'] },
  { outcomes, calls }: Wanted,
): StepCalls {
  const beganAt = clock.monotonic()
  let made = 0
  return (call) => {
    const chosen = Object.hasOwn(outcomes, call.stepId) ? outcomes[call.stepId] : undefined
    if (chosen !== undefined || calls === 'shown') return chosenOutcome(call, chosen ?? wellDone)
    if (made === CALLS_MAX || clock.monotonic() - beganAt > CALLS_MS_MAX) return notMade
    made++
    return tryStep(call)
  }
}

const notMade: StepDeliveryOutcome = {
  ok: false,
  code: 'not_made',
  message: `A try makes ${CALLS_MAX} calls at most, and none after ${CALLS_MS_MAX / 1000} seconds. Choose an outcome for the step, or give fewer items.`,
  status: null,
  body: null,
}

/** What the step would hear, in the words of the delivery that it would be. */
function chosenOutcome({ request }: StepCall, { ok, status, headers, body }: Outcome): StepDeliveryOutcome {
  const target = request.method === undefined ? 'send_webhook' : 'http_request'
  const answer = { status, body, ...(target === 'http_request' && status !== null && { headers: headers ?? {} }) }
  if (ok === true) return { ...answer, ok, code: null, message: null }
  const decision = decideAttempt({
    result:
      status === null
        ? { failureCode: 'response_timeout', failureDetail: 'No answer came in time.', hopeless: false }
        : { status, hopeless: false, body: Buffer.from(body ?? '') },
    // A failure is wanted whatever the status.
    rule: ok === false ? [] : request.success,
    policy: retryPolicy(request.retryPolicy),
    delivery: { target, origin: 'test', retriesMade: 0, firstAttemptAt: 0, retryInSeen: false },
    now: 0,
    unit: () => 0,
  })
  if (decision.kind === 'delivered') return { ...answer, ok: true, code: null, message: null }
  return { ...answer, ok: false, code: decision.code, message: decision.reason }
}
