import { flowOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createFlow } from './create-flow.ts'
import { deleteFlow } from './delete-flow.ts'
import { diffFlow, getVersion, listVersions, restoreVersion } from './flow-versions.ts'
import { publishFlow } from './publish-flow.ts'
import { getFlow, listFlows } from './read-flows.ts'
import { patchFlow, replaceFlow } from './update-flow.ts'

/** Flows. A save changes the draft; publishing makes a version of it, which never changes. */
export function flowRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, flowOperations, {
    list: listFlows,
    create: createFlow,
    get: getFlow,
    update: replaceFlow,
    patch: patchFlow,
    delete: deleteFlow,
    publish: publishFlow,
    diff: diffFlow,
    listVersions,
    getVersion,
    restoreVersion,
  })
}
