import type { TrailOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

export type EventTrail = TrailOut

/** What caused a thing, and what it caused; asked again while something of it is under way. */
export const trailQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['trail', app, id],
    queryFn: () => api.trail.get(app, id),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && [...data.runs, ...data.deliveries].every(({ finishedAt }) => finishedAt !== null) ? false : 3000,
  })
