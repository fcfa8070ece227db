import { messageOperations } from '@posthorn/contract'
import { makeApplication } from '../application/make-application.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { acceptEvent, acceptMessage } from './accept-message.ts'
import { createBatch } from './create-batch.ts'
import { createMessageSender } from './create-message.ts'
import { listMessages } from './list-messages.ts'
import { expungeMessage, getMessage } from './read-message.ts'

/** Messages, in Svix's shapes, and events in the founding document's. Those that create share one sender. */
export function messageRoutes(deps: ApiDeps): Route[] {
  const operations = messageOperations
  const sender = createMessageSender(deps)
  return [
    route(operations.list, (call) => listMessages(deps, call)),
    route(
      operations.create,
      (call) => acceptMessage(deps, sender, call),
      ({ body, ...call }) => makeApplication(deps, call, body.application),
    ),
    createBatch(deps, sender),
    route(operations.event, (call) => acceptEvent(deps, sender, call)),
    route(operations.get, (call) => getMessage(deps, call)),
    route(operations.expunge, (call) => expungeMessage(deps, call)),
  ]
}
