import type { StepOf } from '@posthorn/contract'
import { jsonWithin } from '../json-within.ts'
import type { RunStep } from '../step-outcome.ts'

/**
 * The text goes through the event loop twice, from one process and to another: about 20 ms each for so much, and what is larger, a
 * process of expressions could hardly read within its 250 ms and 64 MiB.
 */
const INPUT_BYTES_MAX = 12 * 1024 * 1024

/** A transform where its expression is neither read nor run, because secrets are at hand: it is always computed by a process without. */
export function transformAway({ expression }: StepOf<'transform'>): RunStep {
  return (context) => {
    const input = jsonWithin(context.transformInput(), INPUT_BYTES_MAX)
    if (input === undefined) return { kind: 'failed', code: 'memory_limit', message: 'The data is larger than an expression may work on.' }
    return { kind: 'compute', job: { expression, input } }
  }
}
