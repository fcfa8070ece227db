import { filterOperations } from '@posthorn/contract'
import { AppError, compileFilter, readPayload } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { filterFaults, withExactFilter } from '../endpoint/endpoint-content.ts'
import { triedPayload } from '../message/tried-payload.ts'
import { route, type Route } from '../route.ts'

/** Trying filters before an endpoint has them. */
export function filterRoutes(deps: ApiDeps): Route[] {
  return [
    route(filterOperations.test, async (call) => {
      const { filter } = withExactFilter(call)
      const compiled = compileFilter(filter)
      if (!compiled.ok) throw new AppError('validation_error', { fields: filterFaults(filter, '/filter') })
      const { bytes } = await triedPayload(deps, call)
      return { status: 200, body: compiled.filter.explain(readPayload(bytes)) }
    }),
  ]
}
