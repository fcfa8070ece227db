import { attemptOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { endpointStats } from './endpoint-stats.ts'
import { listAttemptedMessages } from './list-attempted-messages.ts'
import { listByEndpoint, listByMessage } from './list-attempts.ts'
import { listDestinations, resendMessage } from './message-destinations.ts'
import { expungeAttempt, getAttempt } from './read-attempt.ts'

/** Attempts, in Svix's shapes, and what became of messages by them. */
export function attemptRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, attemptOperations, {
    listByEndpoint,
    listByMessage,
    attemptedMessages: listAttemptedMessages,
    get: getAttempt,
    expunge: expungeAttempt,
    destinations: listDestinations,
    resend: resendMessage,
    stats: endpointStats,
  })
}
