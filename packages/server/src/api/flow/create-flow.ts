import type { flowOperations } from '@posthorn/contract'
import type { FlowId } from '#domain'
import type { ApplicationSnapshot, StoredFlow } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import type { FlowCall } from './find-flow.ts'
import { flowAnswer } from './current-draft.ts'
import { examineDraft } from './flow-draft.ts'
import { flowJson, type FlowRow } from './flow-row.ts'
import { checkUid, readDraft, type WrittenFlow } from './written-flow.ts'

export async function createFlow(deps: ApiDeps, call: Call<typeof flowOperations.create>): Promise<Answer> {
  return flowAnswer(deps, 201, await insertFlow(deps, call, call.body))
}

export async function insertFlow(deps: ApiDeps, call: FlowCall, written: WrittenFlow): Promise<FlowRow> {
  checkUid(written.uid ?? null)
  const id = deps.ids.make('flow')
  return changeApplication(deps, call, (application) => planFlow(deps, application, { id, written, by: call.actor.id }))
}

interface NewFlow {
  readonly id: FlowId
  readonly written: WrittenFlow
  /** Who makes it. */
  readonly by: string
}

/** What makes a flow. */
export async function planFlow(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { id, written: { uid = null, enabled = true, ...definition }, by }: NewFlow,
): Promise<Change<FlowRow>> {
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
  const found = {
    ...(await examineDraft(deps, application, { id, draft: draft.text, definition: draft.definition })),
    ...{ saved_by: by, saved_at: now },
  }
  const result = { ...row, ...found, due_at: null }
  const { flows } = deps.store.statements
  return {
    statements: [...draft.secrets.statements(), flows.insert(row), flows.keepDraft({ flow_id: id, ...found })],
    action: 'flow.created',
    target: id,
    after: flowJson(result),
    result,
  }
}
