import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** The listener that one begins with, in any application. */
const FIRST = 'first'
/** The application that a fresh install has. */
const FRESH = 'default'

export type FirstListener = Awaited<ReturnType<typeof makeFirstListener>>

/** It, or null where it was never made, or deleted. */
export const firstListenerQuery = (app: string) =>
  queryOptions({
    queryKey: ['listeners', app, FIRST],
    queryFn: async () => (await api.listener.list(app, { ids: [FIRST] })).data.find(isFirst) ?? null,
  })

export function isFirst({ uid }: { readonly uid?: string | null | undefined }): boolean {
  return uid === FIRST
}

/** It takes what anybody sends, so that the first command works as it is pasted. */
export function makeFirstListener(app: string) {
  return api.listener.create(app, { uid: FIRST, name: 'First', system: 'custom', suffix: `/${FIRST}`, auth: { kind: 'none' } })
}

/** Where the first owner begins: at a ready listener in a fresh install; at home, where others have begun by API already. */
export async function pathOfFirstOwner(): Promise<string> {
  try {
    const { data } = await api.listener.list(FRESH, { limit: 1 })
    if (data.length > 0) return '/'
    await makeFirstListener(FRESH)
    return `/a/${FRESH}/first`
  } catch {
    // They are in all the same.
    return '/'
  }
}
