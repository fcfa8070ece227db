import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** R19: adds fields to the run's meta, over those of the same name. */
export function compileSetMetaStep(step: StepOf<'set_meta'>, slots: Slots): RunStep {
  const evaluate = slots.json(step.meta, 'meta')
  return (context) => {
    const meta = evaluate(context) as Record<string, unknown>
    return { kind: 'done', status: 'OK', output: meta, effect: { kind: 'meta', meta } }
  }
}
