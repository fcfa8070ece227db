import { listenerOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { cancelCapture } from './await-example.ts'
import { captureExample } from './capture-example.ts'
import { createListener } from './create-listener.ts'
import { deleteListener } from './delete-listener.ts'
import { getListener, listListeners } from './read-listeners.ts'
import { verifyRequest } from './verify-request.ts'
import { patchListener, replaceListener } from './update-listener.ts'

/** Listeners. What is kept is exactly what `ingest` reads: the columns, `config` with every other field, and `auth` sealed. */
export function listenerRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, listenerOperations, {
    list: listListeners,
    create: createListener,
    get: getListener,
    update: replaceListener,
    patch: patchListener,
    verify: verifyRequest,
    capture: captureExample,
    cancelCapture,
    delete: deleteListener,
  })
}
