import { templateOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { applyTemplate } from './apply-template.ts'
import { getTemplate, listTemplates } from './read-templates.ts'

/** The catalogue of templates, which ships with the program, and making what one is of. */
export function templateRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, templateOperations, { list: listTemplates, get: getTemplate, apply: applyTemplate })
}
