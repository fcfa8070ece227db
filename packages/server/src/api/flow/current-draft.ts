import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { nameOf } from '../caller/name-of.ts'
import { isOutdated, revised } from '../revision.ts'
import type { Call } from '../route.ts'
import { draftOf, draftRevision, findingsIn, flowJson, type FlowRow } from './flow-row.ts'
import { undeclaredReads } from './undeclared-reads.ts'
import { unheardResponses } from './unheard-responses.ts'
import { unknownReferences } from './unknown-references.ts'

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

/** The flow as it is answered, with its ETag. What it names and is not there is looked for now: it may have come since it was saved, or gone. */
export async function flowAnswer(deps: Pick<ApiDeps, 'store' | 'config'>, status: 200 | 201, row: FlowRow) {
  const told = flowJson(row, await nameOf(deps.store, row.saved_by))
  const application = await deps.config.application(row.application_id as ApplicationSnapshot['id'])
  if (application === undefined) return revised(status, told)
  const draft = draftOf(row)
  const { secrets = [], reads = [] } = findingsIn(row)
  const faults = [...told.faults, ...unknownReferences(application, draft, secrets)]
  const ofListener = [...unheardResponses(application, draft), ...undeclaredReads(application, draft, reads)]
  return revised(status, { ...told, faults, warnings: [...told.warnings, ...ofListener] })
}
