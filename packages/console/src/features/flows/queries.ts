import type { FlowListOut, FlowOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type FlowHead = FlowListOut['data'][number]
export type Flow = FlowOut

export const flowQuery = (app: string, id: string) => queryOptions({ queryKey: ['flow', app, id], queryFn: () => api.flow.get(app, id) })
