import { compileEndpoints, filtersCompiled, type CompiledEndpoints } from '#domain'
import { inTurns } from '#platform'
import type { ApplicationSnapshot } from '#store'
import { derive } from './derive.ts'

/** The endpoints of an application, ready to be asked whether they want a message. */
export const subscribedEndpoints = derive((snapshot: ApplicationSnapshot) => compileEndpoints(snapshot.endpoints))

const ready = new WeakSet<CompiledEndpoints>()

/**
 * Before the first message after a change of the configuration: compiles the endpoints' filters, with turns for others in between. Three
 * hundred of the largest take half a second. Undefined: nothing is to be waited for. Who does not wait compiles them when they are asked.
 */
export function filtersReady(snapshot: ApplicationSnapshot): Promise<void> | undefined {
  const endpoints = subscribedEndpoints(snapshot)
  if (ready.has(endpoints)) return undefined
  const work = filtersCompiled(endpoints)
  const step = (): boolean => {
    const done = work.next().done === true
    if (done) ready.add(endpoints)
    return done
  }
  return step() ? undefined : inTurns(step)
}
