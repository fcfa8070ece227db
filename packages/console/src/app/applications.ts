import { useQuery } from '@tanstack/react-query'
import { api } from '../lib/api.ts'
import { useMe } from '../lib/me.ts'

/** The applications of this person, the first hundred of them. */
export function useApplications(): readonly { readonly id: string; readonly uid: string | null; readonly name: string }[] {
  const own = useMe()?.applications ?? null
  const { data } = useQuery({ queryKey: ['applications'], queryFn: () => api.application.list({ limit: 100 }), enabled: own === null })
  return own ?? data?.data ?? []
}

/** What an application is called; its id or uid until that is known. */
export function useApplicationName(app: string): string {
  return useApplications().find(({ uid, id }) => uid === app || id === app)?.name ?? app
}
