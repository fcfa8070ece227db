import {
  compileEndpoints,
  fanningOut,
  filtersCompiled,
  keepFilters,
  type CompiledEndpoints,
  type FanOut,
  type Ids,
  type MessageToMatch,
} from '#domain'
import { inTurns } from '#platform'
import type { ApplicationSnapshot } from '#store'
import { derive } from './derive.ts'

/** The endpoints of an application, ready to be asked whether they want a message. */
export const subscribedEndpoints = derive((snapshot: ApplicationSnapshot) => compileEndpoints(snapshot.endpoints))

const ready = new WeakSet<CompiledEndpoints>()

/** What is ready of an older version of the configuration is ready in this one. */
export function keepReady(snapshot: ApplicationSnapshot, older: ApplicationSnapshot): void {
  if (snapshot !== older) keepFilters(subscribedEndpoints(snapshot), subscribedEndpoints(older))
}

/** As `fanOut`, with turns for others in between. */
export function fanOutInTurns(message: MessageToMatch, snapshot: ApplicationSnapshot, ids: Ids): Promise<FanOut> {
  return resultInTurns(fanningOut(message, subscribedEndpoints(snapshot), ids))
}

/** What a generator returns, which yields where others may have their turn. */
export async function resultInTurns<Result>(work: Generator<void, Result>): Promise<Result> {
  let result: { readonly value: Result } | undefined
  await inTurns(() => {
    const { done, value } = work.next()
    if (done === true) result = { value }
    return done === true
  })
  return result!.value
}

/**
 * Before the first message after a change of the configuration: compiles the endpoints' filters, with turns for others in between. Three
 * hundred of the largest take half a second. Undefined: nothing is to be waited for. Who does not wait compiles them when they are asked. `older`: what is ready of it is taken over.
 */
export function filtersReady(snapshot: ApplicationSnapshot, older = snapshot): Promise<void> | undefined {
  keepReady(snapshot, older)
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
