import type { FlowHeadOut, flowOperations } from '@posthorn/contract'
import type { ApplicationSnapshot, ListedFlow } from '#store'
import type { ApiDeps } from '../deps.ts'
import { holdsText, listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingFlow } from './find-flow.ts'
import { flowAnswer } from './current-draft.ts'
import { flowHead } from './flow-row.ts'

export function listFlows(deps: ApiDeps, { application, query }: Call<typeof flowOperations.list>): Promise<Answer> {
  const { text, ids } = query
  return listPage(query, {
    kind: 'flow',
    by: 'id',
    read: (rows) => deps.store.queries.flows.list(application.id, rows, ids),
    item: (row) => headOf(deps, application, row),
    fits: text === undefined ? undefined : ({ id, uid, name }) => holdsText(text, [id, uid, name]),
  })
}

export async function getFlow(deps: ApiDeps, { application, params }: Call<typeof flowOperations.get>): Promise<Answer> {
  return flowAnswer(deps, 200, await existingFlow(deps, application, params))
}

/** With what the list shows of its draft. Only one that was saved by an older version has to be read for it. */
async function headOf(deps: ApiDeps, application: ApplicationSnapshot, row: ListedFlow): Promise<FlowHeadOut> {
  const { changed, trigger_text } = row
  if (changed !== null && trigger_text !== null) return flowHead({ ...row, changed, trigger_text })
  return flowHead(await existingFlow(deps, application, { flow_id: row.id }))
}
