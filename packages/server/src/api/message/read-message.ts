import type { messageOperations } from '@posthorn/contract'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { findMessage } from './find-message.ts'
import { messageText } from './message-text.ts'

export async function getMessage(deps: ApiDeps, call: Call<typeof messageOperations.get>): Promise<Answer> {
  return { status: 200, json: messageText(await findMessage(deps, call), call.query.with_content) }
}

/** Removes what a message says. */
export async function expungeMessage(deps: ApiDeps, call: Call<typeof messageOperations.expunge>): Promise<Answer> {
  const message = await findMessage(deps, call)
  await changeOrganisation(deps, call, async () => ({
    statements: deps.store.statements.logs.expungeMessage(message.id),
    application: call.application.id,
    action: 'message.expunged',
    target: message.id,
    before: { payloadBytes: message.payload?.length ?? 0 },
    after: { payloadBytes: 0 },
    result: undefined,
  }))
  return { status: 204 }
}
