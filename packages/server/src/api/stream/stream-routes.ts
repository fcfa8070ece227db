import { streamOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Handler, type Route } from '../route.ts'
import { listen } from './listen.ts'
import { Streams } from './streams.ts'

/** What comes and changes in an application, told to whoever listens. */
export function streamRoutes(deps: ApiDeps): Route[] {
  const streams = new Streams(deps)
  const handler: Handler<typeof streamOperations.listen> = (_, call) => listen(deps, streams, call)
  return routesOf(deps, streamOperations, { listen: handler })
}
