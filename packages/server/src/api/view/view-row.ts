import type { ViewOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredView } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

/** In place of a person, where a view is for everybody. */
const ALL = 'all'

/** Who sees it: everybody, or its maker. */
export function audienceOf(shared: boolean, maker: string): string {
  return shared ? ALL : maker
}

/** The view that the path names; a private one exists for nobody but its maker. */
export async function existingView(
  { store }: Pick<ApiDeps, 'store'>,
  { application, actor, params }: Pick<Call, 'actor' | 'params'> & { readonly application: { readonly id: string } },
): Promise<StoredView> {
  const row = await store.queries.views.find(application.id, { actor: actor.id, id: params['view_id']! })
  if (row === undefined) throw new AppError('not_found')
  return row
}

/** What everybody has changes nobody who may only look; what is theirs alone they may keep as they like. */
export function refuseSharing({ access }: Call['actor'], ...audiences: readonly string[]): void {
  if (access === 'write' || !audiences.includes(ALL)) return
  throw new AppError('insufficient_access', {
    detail: 'A view that is shared is for those who may change things. You can keep views of your own.',
  })
}

export function viewJson(row: StoredView): ViewOut {
  return {
    ...{ id: row.id, list: row.list as ViewOut['list'], name: row.name, search: JSON.parse(row.search) as ViewOut['search'] },
    ...{ shared: row.audience === ALL, createdBy: row.created_by },
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
