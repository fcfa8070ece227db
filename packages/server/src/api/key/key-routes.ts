import { keyOperations } from '@posthorn/contract'
import { AppError, type ApplicationId } from '#domain'
import type { ApiKeyTable } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { keyJson, newKey } from './key-row.ts'
import { revokeKey } from './revoke-key.ts'

/** Keys of the API. Only the digest of a key is kept; its text is in the answer that made it, and nowhere else. */
export function keyRoutes(deps: ApiDeps): Route[] {
  const { store, clock } = deps
  const { db } = store
  const operations = keyOperations

  const existing = async (params: Readonly<Record<string, string>>): Promise<ApiKeyTable> => {
    const row = await db.selectFrom('api_key').selectAll().where('id', '=', params['key_id']!).executeTakeFirst()
    if (!row) throw new AppError('not_found')
    return row
  }

  const applicationOf = async (idOrUid: string | null): Promise<ApplicationId | null> => {
    if (idOrUid === null) return null
    const application = await deps.config.application(idOrUid)
    if (application) return application.id
    throw new AppError('validation_error', {
      fields: [{ pointer: '/application', code: 'unknown_application', message: `There is no application "${idOrUid}".` }],
    })
  }

  /** Without it nobody could make another key. */
  const refuseLast = async (revoked: ApiKeyTable): Promise<void> => {
    if (revoked.application_id !== null || revoked.access !== 'write') return
    const other = await db
      .selectFrom('api_key')
      .select('id')
      .where('id', '!=', revoked.id)
      .where('application_id', 'is', null)
      .where('access', '=', 'write')
      .where('revoked_at', 'is', null)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', clock.now())]))
      .limit(1)
      .executeTakeFirst()
    if (!other) throw new AppError('last_key')
  }

  return [
    route(operations.list, async ({ query }) => {
      const page = readPage(query, 'key', 'ascending')
      let select = db
        .selectFrom('api_key')
        .selectAll()
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (!query.include_revoked) select = select.where('revoked_at', 'is', null)
      if (query.kind !== undefined) select = select.where('kind', '=', query.kind)
      if (query.application !== undefined) {
        const application = await deps.config.application(query.application)
        select = select.where('application_id', '=', application?.id ?? query.application)
      }
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: keyJson }) }
    }),
    route(operations.create, async (call) => {
      const { name, access, featureFlags, expiresAt } = call.body
      const now = clock.now()
      const expires = expiresAt === null ? null : Date.parse(expiresAt)
      if (expires !== null && expires <= now) {
        throw new AppError('validation_error', {
          fields: [{ pointer: '/expiresAt', code: 'in_the_past', message: 'The key would have expired already. Give a time to come.' }],
        })
      }
      const application = await applicationOf(call.body.application)
      if (application === null && featureFlags.length > 0) {
        throw new AppError('validation_error', {
          fields: [
            {
              pointer: '/featureFlags',
              code: 'no_application',
              message: 'A key of the organisation sees all event types. Name an application, or leave the flags out.',
            },
          ],
        })
      }
      const { row, text } = newKey(deps, { kind: 'key', name, application, access, featureFlags, expiresAt: expires })
      await changeOrganisation(deps, call, async () => ({
        statements: [{ query: db.insertInto('api_key').values(row).compile() }],
        ...(application && { application }),
        action: 'key.created',
        target: row.id,
        after: keyJson(row),
        result: undefined,
      }))
      return { status: 201, body: { ...keyJson(row), key: text } }
    }),
    route(operations.get, async ({ params }) => ({ status: 200, body: keyJson(await existing(params)) })),
    route(operations.revoke, async (call) => {
      await revokeKey(deps, call, async () => {
        const before = await existing(call.params)
        if (before.revoked_at !== null) throw new AppError('not_found')
        await refuseLast(before)
        return before
      })
      return { status: 204 }
    }),
  ]
}
