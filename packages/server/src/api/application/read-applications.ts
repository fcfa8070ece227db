import type { applicationOperations } from '@posthorn/contract'
import { AppError, operationalApplication } from '#domain'
import type { ApplicationSnapshot, StoredApplication } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { applicationJson } from './application-row.ts'

const leftOut = [
  ['exclude_apps_with_no_endpoints', 'none'],
  ['exclude_apps_with_disabled_endpoints', 'disabled'],
  ['exclude_apps_with_svix_play_endpoints', 'play'],
] as const

export function listApplications({ store }: ApiDeps, { query }: Call<typeof applicationOperations.list>): Promise<Answer> {
  // Clients that go over all applications do so for their own.
  const without = leftOut.filter(([parameter]) => query[parameter]).map(([, which]) => which)
  const filter = { except: query.include_system ? null : operationalApplication.id, names: query.ids, without }
  return listPage(query, {
    kind: 'app',
    by: 'id',
    item: applicationJson,
    read: (rows) => store.queries.applications.list(filter, rows),
    fits: fitsText<StoredApplication>(query.text, ({ id, uid, name }) => [id, uid, name]),
  })
}

export async function getApplication(_: ApiDeps, { application }: Call<typeof applicationOperations.get>): Promise<Answer> {
  return { status: 200, body: applicationJson(application.row) }
}

/** The application that the path names. */
export async function existingApplication({ config }: ApiDeps, params: Readonly<Record<string, string>>): Promise<ApplicationSnapshot> {
  const snapshot = await config.application(params['app_id']!)
  if (!snapshot) throw new AppError('not_found')
  return snapshot
}
