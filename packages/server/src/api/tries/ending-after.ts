import { walkSteps, type FlowDefinition } from '@posthorn/contract'
import { parseExactJson } from '#domain'

/** The flow with its end after one of its steps, whatever comes of that; undefined if there is no such step. */
export function endingAfter(definition: FlowDefinition, stepId: string): FlowDefinition | undefined {
  const copy = parseExactJson(JSON.stringify(definition)) as FlowDefinition
  let found = false
  walkSteps(copy, (step) => {
    if (step.id !== stepId) return
    found = true
    // What stood there stays, because later steps may name the steps in it.
    step.next = [{ status: 'any', do: 'end' }, ...(step.next ?? [])]
  })
  return found ? copy : undefined
}
