import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** Everything that is read of connections begins so: a change makes all of it anew. */
export const connectionsKey = (app: string) => ['connections', app] as const

/** What a step may name. */
export const connectionNamesQuery = (app: string) =>
  queryOptions({
    queryKey: [...connectionsKey(app), 'names'],
    queryFn: async () => {
      const names = []
      for await (const { name } of api.connection.listAll(app, { limit: 250 })) names.push(name)
      return names
    },
    staleTime: 30_000,
  })
