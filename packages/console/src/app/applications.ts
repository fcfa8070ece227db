import { PosthornError } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { api } from '../lib/api.ts'
import { useMe } from '../lib/me.ts'

interface Known {
  readonly id: string
  readonly uid: string | null
  readonly name: string
}

/** The applications of this person, the first hundred of them; `isWhole`: there are no others. */
export function useApplications(): { readonly known: readonly Known[]; readonly isWhole: boolean } {
  const own = useMe()?.applications ?? null
  const { data } = useQuery({ queryKey: ['applications'], queryFn: () => api.application.list({ limit: 100 }), enabled: own === null })
  return { known: own ?? data?.data ?? [], isWhole: own !== null || data === undefined || data.done }
}

/** One of them by its id or uid, also beyond that hundred. `isMissing`: there is none, or none for this person. */
export function useApplication(app: string): { readonly found: Known | undefined; readonly isMissing: boolean } {
  const me = useMe()
  const { known } = useApplications()
  const listed = known.find(({ uid, id }) => uid === app || id === app)
  const { data, error } = useQuery({
    queryKey: ['application', app],
    queryFn: () => api.application.get(app),
    enabled: me !== undefined && known.length > 0 && listed === undefined,
  })
  const isRefused = error instanceof PosthornError && (error.status === 404 || error.status === 403)
  return { found: listed ?? data, isMissing: listed === undefined && isRefused }
}

/** What an application is called; its id or uid until that is known. */
export function useApplicationName(app: string): string {
  return useApplication(app).found?.name ?? app
}
