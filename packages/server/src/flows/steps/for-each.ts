import { isRawNumber } from '#domain'
import { walkSteps, type FlowStep, type StepOf } from '@posthorn/contract'
import { isLiteral, type Slots } from '../mapping/slots.ts'
import { loopItemsMax } from '../segment/loops.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Runs its steps once for each item: one after the other, or so many beside each other. */
export function compileForEachStep(step: StepOf<'for_each'>, slots: Slots): RunStep {
  const evaluate = slots.json(step.items, 'items')
  if (step.steps.length === 0) slots.fault(['steps'], 'missing_steps', 'Give the steps that run for each item.')
  if (isLiteral(step.items)) slots.fault(['items'], 'invalid_items', shape)
  const { concurrency = 1 } = step
  if (concurrency > 1) for (const path of loopsBeside(step.steps)) slots.fault([...path, 'concurrency'], 'nested_concurrency', nested)
  return (context) => {
    const items = evaluate(context) ?? []
    if (!Array.isArray(items) || isRawNumber(items)) return { kind: 'failed', code: 'invalid_items', message: shape, paths: ['items'] }
    if (items.length <= loopItemsMax) return { kind: 'each', items, concurrency }
    return {
      kind: 'failed',
      code: 'too_many_items',
      message: `There are ${items.length} items; a loop has ${loopItemsMax} at most.`,
      paths: ['items'],
    }
  }
}

/** Where loops within it say the same. */
function loopsBeside(steps: readonly FlowStep[]): (readonly PropertyKey[])[] {
  const paths: (readonly PropertyKey[])[] = []
  walkSteps({ name: '', trigger: { kind: 'job' }, steps: [...steps] }, (step, path) => {
    if (step.kind === 'for_each' && (step.concurrency ?? 1) > 1) paths.push(path)
  })
  return paths
}

const nested =
  'Items of one loop run beside each other, and those of the loops within it one after the other: leave `concurrency` out, here or there.'

const shape = 'The items are a list: exactly one {{ }} that reads one, or a list of values. Nothing is an empty one.'
