import type { auditOperations, AuditOut } from '@posthorn/contract'
import { firstIdAt, parseExactJson } from '#domain'
import type { StoredAudit } from '#store'
import type { ApiDeps } from '../deps.ts'
import { namesOf } from '../caller/name-of.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'

/** An id and the `at` of its row are made in the same moment, but for a clock that is set. */
const NEAR_MS = 60_000

export async function listAudit(deps: ApiDeps, { query }: Call<typeof auditOperations.list>): Promise<Answer> {
  const { audit } = deps.store.logs
  const asked = readPage(query, 'aud', 'descending')
  // A deleted application is still found by its id.
  const application = query.application === undefined ? undefined : await deps.config.application(query.application)
  const owner = application?.id ?? query.application
  const { actor, action, target } = query
  const after = query.after === undefined ? undefined : Date.parse(query.after)
  const before = query.before === undefined ? undefined : Date.parse(query.before)
  const filter = { application: owner, actor, action, target, after, before }
  // The ids lead to the time, however far back, and `at` compares to the millisecond.
  const near = {
    ...stretchOf(asked, 'aud', {}),
    from: after === undefined ? null : firstIdAt('aud', after - NEAR_MS),
    until: before === undefined ? null : firstIdAt('aud', before + NEAR_MS),
  }
  const found = await lookThrough(near, {
    filtered: [actor, action, target].some((one) => one !== undefined),
    windowEnd: (stretch) => audit.windowEnd(owner, stretch),
    rows: (stretch) => audit.list(filter, stretch),
  })
  const { page, looked } = cutToContent(asked, found)
  const whole = await audit.byIds(looked.rows.map(({ id }) => id).slice(0, page.limit))
  const names = await namesOf(
    deps.store,
    whole.map(({ actor }) => actor),
  )
  const byId = new Map(whole.map((row) => [row.id, auditJson(row, names)]))
  const item = ({ id }: { readonly id: string }) => byId.get(id)
  const answer = pageAnswer(page, looked.rows, { key: (row) => row.id, item, stoppedAt: looked.stoppedAt })
  return { status: 200, body: { ...answer, data: answer.data.filter((one) => one !== undefined) } }
}

function auditJson(row: StoredAudit, names: ReadonlyMap<string, string | null>): AuditOut {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    applicationId: row.application_id,
    actor: row.actor,
    actorName: names.get(row.actor) ?? null,
    action: row.action,
    target: row.target,
    before: row.before === null ? null : (parseExactJson(row.before) as AuditOut['before']),
    after: row.after === null ? null : (parseExactJson(row.after) as AuditOut['after']),
    ip: row.ip,
  }
}
