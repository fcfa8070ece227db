import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Ends in KO with the flow's own code and message, which the caller and the rescue steps see. */
export function compileFailStep(step: StepOf<'fail'>, slots: Slots): RunStep {
  const { code = 'failed' } = step
  const message = slots.text(step.message ?? 'The flow ended in failure.', 'message')
  return (context) => ({ kind: 'failed', code, message: message(context).slice(0, 1000).toWellFormed() })
}
