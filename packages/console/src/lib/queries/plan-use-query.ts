import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

/** What the plan of an application allows, and how much of that is used. Asked as often as what is sent changes it. */
export const planUseQuery = (app: string) =>
  queryOptions({ queryKey: ['plan-use', app], queryFn: () => api.application.getPlanUse(app), refetchInterval: 15_000 })
