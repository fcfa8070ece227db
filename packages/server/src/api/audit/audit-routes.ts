import { auditOperations, type AuditOut } from '@posthorn/contract'
import { parseExactJson } from '#domain'
import type { AuditTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'

/** Who changed what, and what it was before. Written by every change, by nothing else. */
export function auditRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store

  return [
    route(auditOperations.list, async ({ query }) => {
      const page = readPage(query, 'descending')
      let select = db
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      if (query.application !== undefined) {
        // A deleted application is still found by its id.
        const application = await deps.config.application(query.application)
        select = select.where('application_id', '=', application?.id ?? query.application)
      }
      if (query.actor !== undefined) select = select.where('actor', '=', query.actor)
      if (query.action !== undefined) select = select.where('action', '=', query.action)
      if (query.target !== undefined) select = select.where('target', '=', query.target)
      if (query.after !== undefined) select = select.where('at', '>', Date.parse(query.after))
      if (query.before !== undefined) select = select.where('at', '<', Date.parse(query.before))
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: auditJson }) }
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
