import { isId } from '#domain'
import type { StoredSiloEntry } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

/** The entry of the silo that the path names, by its id or, as steps and jobs do, by its key. */
export function findSiloEntry(
  { store }: Pick<ApiDeps, 'store'>,
  { application, params }: Pick<Call, 'params'> & { readonly application: { readonly id: string } },
): Promise<StoredSiloEntry | undefined> {
  const name = params['entry_id']!
  const { silo } = store.queries
  return isId('entry', name) ? silo.find(application.id, name) : silo.findByKey(application.id, name)
}
