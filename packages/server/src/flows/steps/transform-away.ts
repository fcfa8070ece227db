import type { StepOf } from '@posthorn/contract'
import { jsonWithin } from '../json-within.ts'
import type { RunStep } from '../step-outcome.ts'

/** A process that evaluates expressions has 64 MiB for all it does; this is more than it could ever read. */
const INPUT_BYTES_MAX = 32 * 1024 * 1024

/** A transform where its expression is neither read nor run, because secrets are at hand: it is always computed by a process without. */
export function transformAway({ expression }: StepOf<'transform'>): RunStep {
  return (context) => {
    const input = jsonWithin(context.transformInput(), INPUT_BYTES_MAX)
    if (input === undefined) return { kind: 'failed', code: 'memory_limit', message: 'The data is larger than an expression may work on.' }
    return { kind: 'compute', job: { expression, input } }
  }
}
