import { messageOperations } from '@posthorn/contract'
import { makeApplication } from '../application/make-application.ts'
import type { ApiDeps } from '../deps.ts'
import { route, routesOf, type Route } from '../route.ts'
import { acceptEvent, acceptMessage } from './accept-message.ts'
import { BATCH_BYTES_MAX, createBatch } from './create-batch.ts'
import { createMessageSender } from './create-message.ts'
import { listMessages } from './list-messages.ts'
import { precheckMessage } from './precheck-message.ts'
import { expungeMessage, getMessage } from './read-message.ts'

/** Messages, in Svix's shapes, and events in the founding document's. Two of them make the application of the path, if it is not there. */
export function messageRoutes(deps: ApiDeps): Route[] {
  const shared = { ...deps, sender: createMessageSender(deps) }
  const { create, createBatch: batch, ...others } = messageOperations
  return [
    ...routesOf(shared, others, {
      list: listMessages,
      event: acceptEvent,
      precheck: precheckMessage,
      get: getMessage,
      expunge: expungeMessage,
    }),
    route(
      create,
      (call) => acceptMessage(shared, call),
      ({ body, ...call }) => makeApplication(deps, call, body.application),
    ),
    {
      ...route(
        batch,
        (call) => createBatch(shared, call),
        ({ body, ...call }) => makeApplication(deps, call, body.application),
      ),
      bodyBytesMax: BATCH_BYTES_MAX,
    },
  ]
}
