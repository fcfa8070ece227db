import { createHash } from 'node:crypto'
import { isId } from '#domain'
import type { ApplicationSnapshot, StoredMessage, Store } from '#store'
import { missing } from '../call/name-missing.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

/** By id, or by the caller's own event id while it is unique. */
export async function findMessage(
  { store }: ApiDeps,
  call: Pick<Call, 'params'> & { readonly application: ApplicationSnapshot },
): Promise<StoredMessage> {
  const name = call.params['msg_id'] ?? ''
  const id = isId('msg', name) ? name : await messageOfEvent(store, call.application.id, name)
  const row = id && (await store.logs.messages.find(call.application.id, id))
  if (!row) throw missing('message', name)
  return row
}

/** The message that an event id names, while it is unique. */
export function messageOfEvent({ queries }: Pick<Store, 'queries'>, application: string, eventId: string): Promise<string | undefined> {
  return queries.takenKeys.refOf(`event:${application}`, createHash('sha256').update(eventId).digest('hex'))
}
