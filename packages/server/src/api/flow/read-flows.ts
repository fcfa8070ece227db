import type { FlowHeadOut, flowOperations } from '@posthorn/contract'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listPage, rowsOfPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingFlow } from './find-flow.ts'
import { flowHead, flowJson, type FlowHeadRow } from './flow-row.ts'

const headColumns = [
  ...(['id', 'application_id', 'uid', 'name', 'enabled', 'published_version', 'created_at', 'updated_at', 'deleted_at'] as const),
  ...(['changed', 'trigger_text'] as const),
] as const

export function listFlows(deps: ApiDeps, { application, query }: Call<typeof flowOperations.list>): Promise<Answer> {
  const all = deps.store.db.selectFrom('flow').leftJoin('flow_draft', 'flow_draft.flow_id', 'flow.id').select(headColumns)
  const rows = all.where('application_id', '=', application.id).where('deleted_at', 'is', null)
  return listPage(query, {
    kind: 'flow',
    by: 'id',
    read: (page) => rowsOfPage(rows, 'id', page),
    item: (row) => headOf(deps, application, row),
  })
}

export async function getFlow(deps: ApiDeps, { application, params }: Call<typeof flowOperations.get>): Promise<Answer> {
  return { status: 200, body: flowJson(await existingFlow(deps, application, params)) }
}

type MaybeExamined = Omit<FlowHeadRow, 'changed' | 'trigger_text'> & {
  readonly changed: number | null
  readonly trigger_text: string | null
}

/** With what the list shows of its draft. Only one that was saved by an older version has to be read for it. */
async function headOf(deps: ApiDeps, application: ApplicationSnapshot, row: MaybeExamined): Promise<FlowHeadOut> {
  const { changed, trigger_text } = row
  if (changed !== null && trigger_text !== null) return flowHead({ ...row, changed, trigger_text })
  return flowHead(await existingFlow(deps, application, { flow_id: row.id }))
}
