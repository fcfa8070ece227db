import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

/** Listeners by id, for their names beside the rows. */
export const listenerNamesQuery = (app: string) =>
  queryOptions({
    queryKey: ['listener names', app],
    queryFn: async () => new Map((await api.listener.list(app, { limit: 250 })).data.map(({ id, name }) => [id, name])),
    staleTime: 60_000,
  })
