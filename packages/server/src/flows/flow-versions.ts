import { parseExactJson } from '#domain'
import type { ApplicationSnapshot, Store } from '#store'
import type { CompiledFlow } from './compiled-flow.ts'
import { compileFlow } from './compile.ts'

/** Compiled versions of flows. A version never changes, so each is compiled once and kept while it is used. */
export interface FlowVersions {
  /** Undefined: there is no such version, or it does not compile any more. Waits only for versions that are not published now. */
  find(flowId: string, version: number, snapshot: ApplicationSnapshot): CompiledFlow | undefined | Promise<CompiledFlow | undefined>
}

const KEPT_MAX = 2000

export function createFlowVersions(store: Pick<Store, 'db'>): FlowVersions {
  const kept = new Map<string, CompiledFlow | undefined>()

  const keep = (key: string, definition: string | undefined): CompiledFlow | undefined => {
    const compiled = definition === undefined ? undefined : compileFlow(parseExactJson(definition))
    const flow = compiled?.ok ? compiled.flow : undefined
    if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!)
    // What is not there may be published later under this number; what is there stays as it is.
    if (flow !== undefined) kept.set(key, flow)
    return flow
  }

  const load = async (flowId: string, version: number, key: string): Promise<CompiledFlow | undefined> => {
    const row = await store.db
      .selectFrom('flow_version')
      .select('definition')
      .where('flow_id', '=', flowId)
      .where('version', '=', version)
      .executeTakeFirst()
    return keep(key, row?.definition)
  }

  return {
    find(flowId, version, snapshot) {
      const key = `${flowId}/${version}`
      if (kept.has(key)) return kept.get(key)
      const published = snapshot.flows.find((flow) => flow.id === flowId)?.published
      return published?.version === version ? keep(key, published.definition) : load(flowId, version, key)
    },
  }
}
