import type { SystemListOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** A system that a listener may be made for. */
export type System = SystemListOut['data'][number]

/** The catalogue of systems, by name. */
export const systemsQuery = queryOptions({
  queryKey: ['systems'],
  queryFn: async () => {
    const systems: System[] = []
    for await (const system of api.system.listAll({ limit: 250 })) systems.push(system)
    return systems
  },
  staleTime: Infinity,
})
