import { walkSteps, type ConnectionOut, type FlowDefinition } from '@posthorn/contract'
import { perVersion } from '#coordination'
import { inTurns } from '#platform'
import type { ApplicationSnapshot, FlowSnapshot } from '#store'

/** So many callers are named. */
const NAMED_MAX = 10

/** The flows whose published version calls a connection, by its name: those that keep it from being deleted. */
export async function callersOf({ flows }: ApplicationSnapshot): Promise<ReadonlyMap<string, readonly FlowSnapshot[]>> {
  const callers = new Map<string, FlowSnapshot[]>()
  let at = 0
  await inTurns(() => {
    const flow = flows[at++]
    if (flow === undefined) return true
    for (const name of flow.published === null ? [] : calledBy(flow.published)) {
      const others = callers.get(name)
      if (others === undefined) callers.set(name, [flow])
      else others.push(flow)
    }
    return false
  })
  return callers
}

/** What is shown of them. */
export function shownCallers(flows: readonly FlowSnapshot[] = []): ConnectionOut['calledBy'] {
  return { count: flows.length, flows: flows.slice(0, NAMED_MAX).map(({ id, name }) => ({ id, name })) }
}

/** The connections that a published version names. */
const calledBy = perVersion(({ definition }): ReadonlySet<string> => {
  const names = new Set<string>()
  walkSteps(JSON.parse(definition) as FlowDefinition, (step) => {
    if (step.kind === 'http_request' && step.system !== undefined) names.add(step.system)
  })
  return names
})
