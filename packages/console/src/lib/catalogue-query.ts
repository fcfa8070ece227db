import { queryOptions } from '@tanstack/react-query'
import { api } from './api.ts'

/** All event types, by name. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: async () => {
    const types = []
    for await (const type of api.eventType.listAll({ limit: 250 })) types.push(type)
    return types
  },
  staleTime: 60_000,
})
