import { viewOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createView } from './create-view.ts'
import { deleteView } from './delete-view.ts'
import { patchView } from './patch-view.ts'
import { getView, listViews } from './read-views.ts'

/** Filters of lists under a name. A private one exists for nobody else. */
export function viewRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, viewOperations, { list: listViews, create: createView, get: getView, patch: patchView, delete: deleteView })
}
