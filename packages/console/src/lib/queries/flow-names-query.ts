import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'
import { surface } from '../surface.ts'

/** Flows by id, for their names beside the rows. The portal has none. */
export const flowNamesQuery = (app: string) =>
  queryOptions({
    queryKey: ['flow names', app],
    queryFn: async () => new Map((await api.flow.list(app, { limit: 250 })).data.map(({ id, name }) => [id, name])),
    staleTime: 60_000,
    enabled: !surface.isPortal,
  })
