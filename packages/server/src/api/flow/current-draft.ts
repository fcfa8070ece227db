import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { nameOf } from '../caller/name-of.ts'
import { isOutdated, revised } from '../revision.ts'
import type { Call } from '../route.ts'
import { draftRevision, flowJson, type FlowRow } from './flow-row.ts'

type Caller = Pick<Call, 'ifMatch'> & { readonly actor: Pick<Call['actor'], 'id'> }

/** Refuses a change of a draft that its caller has not seen, so that nobody writes over another. */
export async function refuseOutdated(deps: Pick<ApiDeps, 'store'>, { ifMatch, actor }: Caller, row: FlowRow): Promise<void> {
  if (!isOutdated(ifMatch, draftRevision(row))) return
  const { saved_by, saved_at } = row
  const who = saved_by === actor.id ? 'You' : ((await nameOf(deps.store, saved_by)) ?? 'Somebody')
  const when = saved_at === null ? '' : ` at ${new Date(saved_at).toISOString()}`
  throw new AppError('draft_changed', {
    detail: `${who} changed this draft${when}. Read it again and change that, or keep yours as a flow of its own; If-Match: * writes over it.`,
  })
}

/** The flow as it is answered, with its ETag. */
export async function flowAnswer(deps: Pick<ApiDeps, 'store'>, status: 200 | 201, row: FlowRow) {
  return revised(status, flowJson(row, await nameOf(deps.store, row.saved_by)))
}
