import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

/** All event types, by name. */
const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: async () => {
    const types = []
    for await (const type of api.eventType.listAll({ limit: 250 })) types.push(type)
    return types
  },
  staleTime: 60_000,
})

/** Of the application that hears of Posthorn itself, and the flag of its event types: no other application ever gets one of them. */
const OWN = { uid: 'posthorn', id: 'app_0000000000000000000000', flag: 'posthorn' } as const

/** The event types that an application can get. */
export function eventTypesOf(app: string) {
  const isOwn = app === OWN.uid || app === OWN.id
  return queryOptions({
    ...eventTypesQuery,
    select: (types) => types.filter(({ featureFlags }) => isOwn || !(featureFlags ?? []).includes(OWN.flag)),
  })
}
