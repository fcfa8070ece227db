import { PosthornError } from '@posthorn/sdk'
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

/** There is no application of this name, or none for this person; false while that is not known. */
export function useIsMissing(app: string): boolean {
  const me = useMe()
  const known = useApplications()
  const isKnown = known.some(({ uid, id }) => uid === app || id === app)
  const { error } = useQuery({
    queryKey: ['application', app],
    queryFn: () => api.application.get(app),
    enabled: me !== undefined && known.length > 0 && !isKnown,
  })
  return error instanceof PosthornError && (error.status === 404 || error.status === 403)
}
