import type { StepOf } from '@posthorn/contract'
import { readingOf, textOf, type Expressions } from '../definition/read-expressions.ts'
import { jsonInput } from './transform-input.ts'
import type { Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** KO with the places that do not fit. A schema may take for ever on some documents, so it is checked in a process that can be killed. */
export function compileValidateStep(step: StepOf<'validate'>, slots: Slots, expressions: Expressions | 'away'): RunStep {
  const schema = JSON.stringify(step.schema)
  const read = expressions === 'away' ? undefined : expressions.get(textOf(readingOf(step)!))
  if (read?.ok === false) slots.fault(['schema'], 'invalid_schema', read.message)
  const given = step.value === undefined ? undefined : slots.json(step.value, 'value')
  const name = given === undefined ? 'body' : 'value'
  return (context) => {
    const value = (given === undefined ? context.trigger.body : given(context)) ?? null
    const input = jsonInput({ name, value }, context)
    return typeof input === 'string' ? { kind: 'compute', job: { kind: 'schema', schema, input } } : input
  }
}
