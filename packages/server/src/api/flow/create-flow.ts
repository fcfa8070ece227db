import type { FlowOut, flowOperations } from '@posthorn/contract'
import type { FlowId } from '#domain'
import type { ApplicationSnapshot, StoredFlow, StoredFlowDraft } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import type { FlowCall } from './find-flow.ts'
import { examineDraft } from './flow-draft.ts'
import { flowJson } from './flow-row.ts'
import { checkUid, readDraft, type WrittenFlow } from './written-flow.ts'

export async function createFlow(deps: ApiDeps, call: Call<typeof flowOperations.create>): Promise<Answer> {
  return { status: 201, body: await insertFlow(deps, call, call.body) }
}

export async function insertFlow(deps: ApiDeps, call: FlowCall, written: WrittenFlow): Promise<FlowOut> {
  checkUid(written.uid ?? null)
  const id = deps.ids.make('flow')
  return changeApplication(deps, call, (application) => planFlow(deps, application, { id, written }))
}

/** What makes a flow, and the row that it will be. */
export async function planFlow(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { id, written: { uid = null, enabled = true, ...definition } }: { readonly id: FlowId; readonly written: WrittenFlow },
): Promise<Change<FlowOut> & { readonly row: StoredFlow; readonly found: StoredFlowDraft }> {
  const draft = readDraft(deps, application, { uid, definition })
  const now = deps.clock.now()
  const row: StoredFlow = {
    id,
    application_id: application.id,
    uid,
    name: draft.definition.name,
    enabled: enabled ? 1 : 0,
    draft: draft.text,
    published_version: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  const found = await examineDraft(deps, application, { id, draft: draft.text, definition: draft.definition })
  const after = flowJson({ ...row, ...found, due_at: null })
  const { flows } = deps.store.statements
  return {
    ...{ row, found },
    statements: [...draft.secrets.statements(), flows.insert(row), flows.keepDraft(found)],
    action: 'flow.created',
    target: id,
    after,
    result: after,
  }
}
