import type { FlowListOut, FlowOut } from '@posthorn/sdk'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type FlowHead = FlowListOut['data'][number]
export type Flow = FlowOut

export const flowQuery = (app: string, id: string) => queryOptions({ queryKey: ['flow', app, id], queryFn: () => api.flow.get(app, id) })

/** Keeps a flow as it is now under both of its names: pages are opened by its id and by its uid. */
export function keepFlow(queries: QueryClient, app: string, flow: Flow): void {
  for (const name of [flow.id, flow.uid]) if (name !== null) queries.setQueryData(flowQuery(app, name).queryKey, flow)
}
