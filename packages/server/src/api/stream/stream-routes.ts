import { streamOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { listen } from './listen.ts'
import { Streams } from './streams.ts'

/** What comes and changes in an application, sent to whoever listens. */
export function streamRoutes(deps: ApiDeps): Route[] {
  return routesOf({ ...deps, streams: new Streams(deps) }, streamOperations, { listen })
}
