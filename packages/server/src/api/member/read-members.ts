import type { memberOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredMember } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { memberJson } from './member-row.ts'

export function listMembers({ store }: ApiDeps, { query }: Call<typeof memberOperations.list>): Promise<Answer> {
  return listPage(query, {
    kind: 'mem',
    by: 'id',
    read: (rows) => store.queries.members.list(rows),
    item: memberJson,
    fits: fitsText<StoredMember>(query.text, ({ id, name, email }) => [id, name, email]),
  })
}

export async function getMember(deps: ApiDeps, { params }: Call<typeof memberOperations.get>): Promise<Answer> {
  return { status: 200, body: memberJson(await existingMember(deps, params)) }
}

/** The member that the path names. */
export async function existingMember({ store }: ApiDeps, params: Readonly<Record<string, string>>): Promise<StoredMember> {
  const row = await store.queries.members.find(params['member_id']!)
  if (!row) throw new AppError('not_found')
  return row
}
