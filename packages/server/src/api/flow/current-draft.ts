import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { nameOf } from '../caller/name-of.ts'
import type { Call } from '../route.ts'
import { flowJson, revisionOf, type FlowRow } from './flow-row.ts'

type Caller = Pick<Call, 'ifMatch'> & { readonly actor: Pick<Call['actor'], 'id'> }

/** Refuses a change of a draft that its caller has not seen, so that nobody writes over another. Without If-Match nobody asked for that. */
export async function refuseOutdated(deps: Pick<ApiDeps, 'store'>, { ifMatch, actor }: Caller, row: FlowRow): Promise<void> {
  if (ifMatch === undefined || matches(ifMatch, revisionOf(row))) return
  const { saved_by, saved_at } = row
  const who = saved_by === actor.id ? 'You' : ((await nameOf(deps.store, saved_by)) ?? 'Somebody')
  const when = saved_at === null ? '' : ` at ${new Date(saved_at).toISOString()}`
  throw new AppError('precondition_failed', {
    detail: `${who} changed this draft${when}. Read it again and change that, or keep yours as a flow of its own; If-Match: * writes over it.`,
  })
}

/** A list of ETags, or `*`. Quotes may be left out, because the body tells the revision without them. */
function matches(ifMatch: string, revision: string): boolean {
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === '*' || tag.replace(/^"(.*)"$/, '$1') === revision)
}

/** The flow as it is answered, with its ETag. */
export async function flowAnswer(deps: Pick<ApiDeps, 'store'>, status: 200 | 201, row: FlowRow) {
  const body = flowJson(row, await nameOf(deps.store, row.saved_by))
  return { status, body, headers: { etag: `"${body.revision}"` } }
}
