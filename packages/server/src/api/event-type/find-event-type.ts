import { AppError } from '#domain'
import type { StoredEventType } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

export function findEventType({ store }: ApiDeps, name: string): Promise<StoredEventType | undefined> {
  return store.queries.eventTypes.find(name)
}

/** The event type that the path names. One that the caller does not see is unknown here. */
export async function existingEventType({ store }: ApiDeps, { params, actor }: Pick<Call, 'params' | 'actor'>): Promise<StoredEventType> {
  const row = await store.queries.eventTypes.find(params['event_type_name']!, actor.featureFlags)
  if (!row) throw new AppError('not_found')
  return row
}
