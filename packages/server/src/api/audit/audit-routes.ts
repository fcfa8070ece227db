import { auditOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { listAudit } from './list-audit.ts'

/** Who changed what, and what it was before. Written by every change, by nothing else. */
export function auditRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, auditOperations, { list: listAudit })
}
