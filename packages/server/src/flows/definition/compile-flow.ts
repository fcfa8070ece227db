import { parseFlowDefinition, type DefinitionFault, type FlowDefinition, type FlowTrigger } from '@posthorn/contract'
import type { Transforms } from '#platform'
import { scheduleFault } from '../schedule/schedule-times.ts'
import { compileInTurns, type FlowCompilation } from './compile.ts'
import { readExpressions } from './read-expressions.ts'

/**
 * Reads and compiles a definition: all that can be wrong with it is reported here, at publish, with a pointer to the place.
 * Nothing of it runs. Warnings say what its owner should know and may keep. Expressions are read elsewhere; throws `overloaded` if
 * nobody can.
 */
export async function compileFlow(
  input: unknown,
  of: { readonly transforms: Pick<Transforms, 'compile' | 'read'>; readonly owner: string },
): Promise<FlowCompilation> {
  const parsed = parseFlowDefinition(input)
  return parsed.ok ? compileRead(parsed.definition, of) : parsed
}

/** The same of a definition that has its shape. */
export async function compileRead(definition: FlowDefinition, of: Parameters<typeof compileFlow>[1]): Promise<FlowCompilation> {
  const compiled = await compileInTurns(definition, await readExpressions(definition, of))
  const untimely = await faultsOfSchedule(definition.trigger)
  if (untimely.length === 0) return compiled
  return { ok: false, faults: compiled.ok ? untimely : [...compiled.faults, ...untimely] }
}

/** Here, because processes that run what was published need no calendar. */
async function faultsOfSchedule(trigger: FlowTrigger): Promise<DefinitionFault[]> {
  const fault = trigger.kind === 'schedule' ? await scheduleFault(trigger) : undefined
  return fault === undefined ? [] : [{ pointer: `/trigger/${fault.field}`, code: 'invalid_schedule', message: fault.message }]
}
