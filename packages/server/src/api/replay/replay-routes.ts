import { replayOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { cancelReplay } from './cancel-replay.ts'
import { createReplay } from './create-replay.ts'
import { getReplay, listReplays } from './read-replays.ts'

/** Sending a set of deliveries again in the background, and messages that an endpoint never got. */
export function replayRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, replayOperations, { create: createReplay, list: listReplays, get: getReplay, cancel: cancelReplay })
}
