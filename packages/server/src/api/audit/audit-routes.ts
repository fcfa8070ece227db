import { auditOperations, type AuditOut } from '@posthorn/contract'
import { firstIdAt, parseExactJson } from '#domain'
import type { AuditTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { inStretch, lookThrough, stretchOf, type Stretch } from '../look-through.ts'
import { bytesOf, cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'

/** An id and the `at` of its row are made in the same moment, but for a clock that is set. */
const NEAR_MS = 60_000

/** Who changed what, and what it was before. Written by every change, by nothing else. */
export function auditRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store

  return [
    route(auditOperations.list, async ({ query }) => {
      const asked = readPage(query, 'aud', 'descending')
      // A deleted application is still found by its id.
      const application = query.application === undefined ? undefined : await deps.config.application(query.application)
      const owner = application?.id ?? query.application
      const log = owner === undefined ? db.selectFrom('audit') : db.selectFrom('audit').where('application_id', '=', owner)
      const { actor, action, target, after, before } = query
      const rows = (stretch: Stretch) => {
        let select = inStretch(log.select(['id', bytesOf('before', 'after').as('bytes')]), 'id', stretch)
        if (actor !== undefined) select = select.where('actor', '=', actor)
        if (action !== undefined) select = select.where('action', '=', action)
        if (target !== undefined) select = select.where('target', '=', target)
        if (after !== undefined) select = select.where('at', '>', Date.parse(after))
        if (before !== undefined) select = select.where('at', '<', Date.parse(before))
        return select
      }
      // The ids lead to the time, however far back, and `at` compares to the millisecond.
      const near = {
        ...stretchOf(asked, 'aud', {}),
        from: after === undefined ? null : firstIdAt('aud', Date.parse(after) - NEAR_MS),
        until: before === undefined ? null : firstIdAt('aud', Date.parse(before) + NEAR_MS),
      }
      const filtered = [actor, action, target].some((one) => one !== undefined)
      const ids = (stretch: Stretch) => inStretch(log.select('id'), 'id', stretch)
      const found = await lookThrough(asked, near, { filtered, ids, rows })
      const { page, looked } = cutToContent(asked, found)
      const shown = looked.rows.map(({ id }) => id).slice(0, page.limit)
      const whole = shown.length === 0 ? [] : await db.selectFrom('audit').selectAll().where('id', 'in', shown).execute()
      const byId = new Map(whole.map((row) => [row.id, auditJson(row)]))
      const item = ({ id }: { readonly id: string }) => byId.get(id)
      const answer = pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt })
      return { status: 200, body: { ...answer, data: answer.data.filter((one) => one !== undefined) } }
    }),
  ]
}

function auditJson(row: AuditTable): AuditOut {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    applicationId: row.application_id,
    actor: row.actor,
    action: row.action,
    target: row.target,
    before: row.before === null ? null : (parseExactJson(row.before) as AuditOut['before']),
    after: row.after === null ? null : (parseExactJson(row.after) as AuditOut['after']),
    ip: row.ip,
  }
}
