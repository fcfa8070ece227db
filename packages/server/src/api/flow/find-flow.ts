import type { ApplicationSnapshot, FlowSnapshot } from '#store'
import { missing } from '../call/name-missing.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { examineOldDraft } from './flow-draft.ts'
import type { FlowRow } from './flow-row.ts'

/** A call of an operation below an application, as far as changes of flows need it. */
export type FlowCall = Pick<Call, 'actor' | 'ip' | 'params' | 'ifMatch'> & { readonly application: ApplicationSnapshot }

/** By id, or by the caller's own uid. */
export function findFlow(application: ApplicationSnapshot, idOrUid: string): FlowSnapshot | undefined {
  return application.flows.find((flow) => flow.id === idOrUid || flow.uid === idOrUid)
}

/** The snapshot has no drafts, so they are read from the table; a change between the two raises the version and plans again. */
export async function existingFlow(
  deps: Pick<ApiDeps, 'store' | 'transforms'>,
  application: ApplicationSnapshot,
  params: Readonly<Record<string, string>>,
): Promise<FlowRow> {
  const name = params['flow_id'] ?? ''
  const id = findFlow(application, name)?.id
  const row = id === undefined ? undefined : await deps.store.queries.flows.find(id)
  if (!row) throw missing('flow', name)
  const { changed, trigger_text, findings } = row
  if (changed !== null && trigger_text !== null && findings !== null) return { ...row, changed, trigger_text, findings }
  return { ...row, ...(await examineOldDraft(deps, application, row)) }
}
