import type { MeOut } from '@posthorn/sdk'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/** Who sits here. It is asked once, and again at each sign-in. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => api.me.get(), staleTime: 60_000, gcTime: Infinity })

export function useMe(): MeOut | undefined {
  return useQuery(meQuery).data
}

/** Whether this person may change things, or also members, keys and plans. Until it is known they may: the server has the last word. */
export function useMay(what: keyof MeOut['may']): boolean {
  return useMe()?.may[what] ?? true
}
