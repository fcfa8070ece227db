import { AppError } from '#domain'
import type { EventTypeTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { seenWith } from './seen-with.ts'

export async function findEventType({ store }: ApiDeps, name: string): Promise<EventTypeTable | undefined> {
  return store.db.selectFrom('event_type').selectAll().where('name', '=', name).executeTakeFirst()
}

/** The event type that the path names. One that the caller does not see is unknown here. */
export async function existingEventType({ store }: ApiDeps, { params, actor }: Pick<Call, 'params' | 'actor'>): Promise<EventTypeTable> {
  const seen = store.db.selectFrom('event_type').selectAll().where(seenWith(actor.featureFlags))
  const row = await seen.where('name', '=', params['event_type_name']!).executeTakeFirst()
  if (!row) throw new AppError('not_found')
  return row
}
