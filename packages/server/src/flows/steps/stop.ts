import type { RunStep } from '../segment/step-outcome.ts'

/** Ends the run as OK. */
export function compileStopStep(): RunStep {
  return () => ({ kind: 'done', status: 'OK', goes: 'end' })
}
