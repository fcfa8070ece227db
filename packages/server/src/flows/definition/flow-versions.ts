import type { Transforms } from '#platform'
import type { ApplicationSnapshot, Store } from '#store'
import type { CompiledFlow } from './compiled-flow.ts'
import { compileDefinition, compileInTurns, type FlowCompilation } from './compile.ts'
import { keptDefinition } from './kept-definition.ts'
import { expressionsToRun, type ExpressionsToRun } from './read-expressions.ts'

/** Compiled versions of flows. A version never changes, so each is compiled once and kept while it is used. */
export interface FlowVersions {
  /**
   * Undefined: there is no such version, or none that has the shape of a definition. Waits only for versions that are not published now, and for
   * expressions that nobody has read yet.
   */
  find(flowId: string, version: number, snapshot: ApplicationSnapshot): CompiledFlow | undefined | Promise<CompiledFlow | undefined>
}

export interface FlowVersionsDeps {
  readonly store: Pick<Store, 'queries'>
  readonly transforms: Pick<Transforms, 'compile' | 'known'>
  readonly keptMax?: number
}

const KEPT_MAX = 2000
/** A definition of this length is compiled within two milliseconds or so. */
const AT_ONCE_CHARACTERS_MAX = 8192

export function createFlowVersions({ store, transforms, keptMax = KEPT_MAX }: FlowVersionsDeps): FlowVersions {
  const kept = new Map<string, CompiledFlow>()
  const loading = new Map<string, Promise<CompiledFlow | undefined>>()

  /** The one that was used last goes last, where there may be too many soon. */
  const used = (key: string, flow: CompiledFlow): CompiledFlow => {
    if (kept.size < keptMax / 2) return flow
    kept.delete(key)
    kept.set(key, flow)
    return flow
  }

  const keep = (key: string, compiled: FlowCompilation, { busy }: ExpressionsToRun): CompiledFlow | undefined => {
    const flow = compiled.ok ? compiled.flow : undefined
    // What is not there may be published later under this number; what is there stays as it is.
    if (flow === undefined || busy) return flow
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value!)
    kept.set(key, flow)
    return flow
  }

  const compile = (key: string, text: string | undefined, owner: string) => {
    const definition = text === undefined ? undefined : keptDefinition(text)
    if (definition === undefined) return undefined
    const found = expressionsToRun(definition, { transforms, owner })
    if (!(found instanceof Promise) && text!.length <= AT_ONCE_CHARACTERS_MAX)
      return keep(key, compileDefinition(definition, found.expressions, { kept: true }), found)
    return (async () => {
      const read = await found
      return keep(key, await compileInTurns(definition, read.expressions, { kept: true }), read)
    })()
  }

  return {
    find(flowId, version, snapshot) {
      const key = `${flowId}/${version}`
      const known = kept.get(key)
      if (known !== undefined) return used(key, known)
      const underWay = loading.get(key)
      if (underWay) return underWay
      const published = snapshot.flows.find((flow) => flow.id === flowId)?.published
      const found =
        published?.version === version
          ? compile(key, published.definition, snapshot.id)
          : store.queries.flows.definition(flowId, version).then((text) => compile(key, text, snapshot.id))
      if (!(found instanceof Promise)) return found
      const once = found.finally(() => loading.delete(key))
      // Whoever waits for it hears; not everybody who asks does.
      once.catch(() => {})
      loading.set(key, once)
      return once
    },
  }
}
