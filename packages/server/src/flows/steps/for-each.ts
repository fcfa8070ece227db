import { isRawNumber } from '#domain'
import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import { loopItemsMax } from '../segment/loops.ts'
import type { RunStep } from '../segment/step-outcome.ts'

/** Runs its steps once for each item, one after the other. */
export function compileForEachStep(step: StepOf<'for_each'>, slots: Slots): RunStep {
  const evaluate = slots.json(step.items, 'items')
  if (step.steps.length === 0) slots.fault(['steps'], 'missing_steps', 'Give the steps that run for each item.')
  if (typeof step.items === 'string' && !step.items.includes('{{')) slots.fault(['items'], 'invalid_items', shape)
  return (context) => {
    const items = evaluate(context) ?? []
    if (!Array.isArray(items) || isRawNumber(items)) return { kind: 'failed', code: 'invalid_items', message: shape, paths: ['items'] }
    if (items.length <= loopItemsMax) return { kind: 'each', items }
    return {
      kind: 'failed',
      code: 'too_many_items',
      message: `There are ${items.length} items; a loop has ${loopItemsMax} at most.`,
      paths: ['items'],
    }
  }
}

const shape = 'The items are a list: exactly one {{ }} that reads one, or a list of values. Nothing is an empty one.'
