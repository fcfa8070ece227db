import type { StepOf } from '@posthorn/contract'
import { compileTransform } from '#platform'
import type { Slots } from '../slots.ts'
import type { RunStep } from '../step-outcome.ts'

/** Shapes the data with JSONata: inline where that is provably cheap, else in a process that can be killed. */
export function compileTransformStep(step: StepOf<'transform'>, slots: Slots): RunStep {
  const { expression } = step
  const compiled = compileTransform(expression)
  if (!compiled.ok) slots.fault(['expression'], 'invalid_expression', compiled.message)
  const inline = compiled.ok ? compiled.transform.inline : undefined
  return (context) => {
    const input = context.transformInput()
    const result = inline?.(input) ?? 'not_inline'
    if (result !== 'not_inline') return { kind: 'done', status: 'OK', output: result.value ?? null }
    return { kind: 'compute', job: { expression, input: JSON.stringify(input) } }
  }
}
