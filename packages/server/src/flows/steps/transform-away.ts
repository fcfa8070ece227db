import type { StepOf } from '@posthorn/contract'
import type { RunStep } from '../segment/step-outcome.ts'
import { computeElsewhere } from './transform-input.ts'

/** A transform where its expression is neither read nor run, because secrets are at hand: it is always computed by a process without. */
export function transformAway({ expression }: StepOf<'transform'>): RunStep {
  return (context) => computeElsewhere(expression, context)
}
