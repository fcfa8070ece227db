import { issueOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { listIssues } from './list-issues.ts'

/** What needs attention. */
export function issueRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, issueOperations, { list: listIssues })
}
