import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Ends the run quietly, as OK, unless the condition holds. */
export function compileFilterStep(step: StepOf<'filter'>, slots: Slots): RunStep {
  const test = slots.condition(step.if, 'if')
  return (context) =>
    test(context) ? { kind: 'done', status: 'OK', code: 'passed' } : { kind: 'done', status: 'SKIP', code: 'filtered', goes: 'end' }
}
