import type { FlowDefinition, flowOperations } from '@posthorn/contract'
import { AppError, isId } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { insertFlow } from './create-flow.ts'
import { existingFlow, findFlow, type FlowCall } from './find-flow.ts'
import { examineDraft } from './flow-draft.ts'
import { flowAnswer, refuseOutdated } from './current-draft.ts'
import { draftOf, flowJson, type FlowRow } from './flow-row.ts'
import { scheduleChange } from './flow-schedule.ts'
import { checkUid, readDraft, type WrittenFlow } from './written-flow.ts'

/** Replaces the flow, or makes it under the uid that the path names. */
export async function replaceFlow(deps: ApiDeps, call: Call<typeof flowOperations.update>): Promise<Answer> {
  const name = call.params['flow_id']!
  if (findFlow(call.application, name)) return flowAnswer(deps, 200, await updateFlow(deps, call, { change: () => call.body }))
  if (isId('flow', name)) throw new AppError('not_found')
  if (call.ifMatch !== undefined) throw new AppError('draft_changed', { detail: 'This flow is not there, or not any more.' })
  return flowAnswer(deps, 201, await insertFlow(deps, call, { ...call.body, uid: call.body.uid ?? name }))
}

export async function patchFlow(deps: ApiDeps, call: Call<typeof flowOperations.patch>): Promise<Answer> {
  return flowAnswer(deps, 200, await updateFlow(deps, call, { change: (before) => ({ ...before, ...call.body }) }))
}

interface FlowUpdate {
  /** From the draft as it is. */
  readonly change: (before: FlowDefinition) => WrittenFlow
  /** How the audit log has it. */
  readonly action?: string
}

/** Changes the draft. */
export async function updateFlow(deps: ApiDeps, call: FlowCall, { change, action = 'flow.updated' }: FlowUpdate): Promise<FlowRow> {
  return changeApplication(deps, call, async (application) => {
    const before = await existingFlow(deps, application, call.params)
    await refuseOutdated(deps, call, before)
    const { uid = before.uid, enabled = before.enabled === 1, ...definition } = change(draftOf(before))
    if (uid !== before.uid) checkUid(uid)
    const draft = readDraft(deps, application, { uid, definition })
    const { name } = draft.definition
    const now = deps.clock.now()
    const changed = { uid, name, enabled: enabled ? 1 : 0, draft: draft.text, updated_at: now }
    const found = {
      ...(await examineDraft(deps, application, { id: before.id, draft: draft.text, definition: draft.definition })),
      ...{ saved_by: call.actor.id, saved_at: now },
    }
    const schedule = changed.enabled === before.enabled ? null : await rescheduled(deps, application, { ...before, ...changed })
    const result = { ...before, ...changed, ...found, ...(schedule && { due_at: schedule.dueAt }) }
    const { flows } = deps.store.statements
    return {
      statements: [
        ...draft.secrets.statements(),
        flows.update(before.id, changed),
        flows.keepDraft({ flow_id: before.id, ...found }),
        ...(schedule?.statements ?? []),
      ],
      action,
      target: before.id,
      before: flowJson(before),
      after: flowJson(result),
      result,
    }
  })
}

/** A flow that is switched on begins with the next time, and one that is switched off has none. */
function rescheduled(deps: ApiDeps, application: ApplicationSnapshot, flow: FlowRow) {
  return scheduleChange(deps, flow, findFlow(application, flow.id)?.published?.definition ?? null)
}
