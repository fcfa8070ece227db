import { nearestName } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredEventType } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

export function findEventType({ store }: ApiDeps, name: string): Promise<StoredEventType | undefined> {
  return store.queries.eventTypes.find(name)
}

/** Beyond so many, nobody is asked what was meant. */
const NAMES_MAX = 1000

/** The event type that the path names. One that the caller does not see is unknown here, and who misspelt it hears which is near. */
export async function existingEventType({ store }: ApiDeps, { params, actor }: Pick<Call, 'params' | 'actor'>): Promise<StoredEventType> {
  const { eventTypes } = store.queries
  const name = params['event_type_name']!
  const row = await eventTypes.find(name, actor.featureFlags)
  if (row) return row
  const all = { order: 'asc', beyond: null, limit: NAMES_MAX } as const
  const names = await eventTypes.list({ featureFlags: actor.featureFlags, archived: false, sized: false }, all)
  const near = nearestName(
    name,
    names.map((one) => one.name),
  )
  throw new AppError('not_found', {
    detail: `There is no event type "${name}" here.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
  })
}
