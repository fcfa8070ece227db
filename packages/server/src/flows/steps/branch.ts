import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Goes on with `then` or with `else`; both may be absent. */
export function compileBranchStep(step: StepOf<'branch'>, slots: Slots): RunStep {
  const test = slots.condition(step.if, 'if')
  return (context) => {
    const goes = test(context) ? 'then' : 'else'
    return { kind: 'done', status: 'OK', code: goes, goes }
  }
}
