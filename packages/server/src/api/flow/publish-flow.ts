import { hash } from 'node:crypto'
import type { flowOperations } from '@posthorn/contract'
import type { StoredFlowVersion } from '#store'
import { nameOf } from '../caller/name-of.ts'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { compileForPublish } from './compile-for-publish.ts'
import { refuseOutdated } from './current-draft.ts'
import { existingFlow, findFlow } from './find-flow.ts'
import { versionJson, type FlowRow } from './flow-row.ts'

export async function publishFlow(deps: ApiDeps, call: Call<typeof flowOperations.publish>): Promise<Answer> {
  return { status: 200, body: await publish(deps, call) }
}

/** Makes a version of the draft. Publishing what is published already changes nothing. */
async function publish(deps: ApiDeps, call: Call<typeof flowOperations.publish>) {
  return changeApplication(deps, call, async (application) => {
    const flow = await existingFlow(deps, application, call.params)
    await refuseOutdated(deps, call, flow)
    const { warnings } = await compileForPublish(deps, application, flow)
    const told = async (of: FlowRow, row: StoredFlowVersion) => ({
      ...versionJson(of, row, await nameOf(deps.store, row.created_by)),
      warnings,
    })
    const published = findFlow(application, flow.id)?.published
    if (published?.definition === flow.draft) {
      return { statements: [], action: 'flow.published', target: flow.id, result: await told(flow, published) }
    }
    const row = await nextVersion(deps, flow, { by: call.actor.id, note: call.body.note ?? null })
    return {
      statements: writes(deps, flow, row),
      action: 'flow.published',
      target: flow.id,
      before: { version: flow.published_version },
      after: { version: row.version },
      result: await told({ ...flow, published_version: row.version }, row),
    }
  })
}

async function nextVersion(
  { store, clock }: ApiDeps,
  flow: FlowRow,
  { by, note }: { readonly by: string; readonly note: string | null },
): Promise<StoredFlowVersion> {
  const newest = await store.queries.flows.newestVersion(flow.id)
  const { id: flow_id, draft: definition } = flow
  return { flow_id, version: newest + 1, definition, created_at: clock.now(), created_by: by, note, hash: hash('sha256', definition) }
}

function writes(deps: ApiDeps, flow: FlowRow, row: StoredFlowVersion) {
  const { trigger_text, findings, saved_by, saved_at } = flow
  const { flows } = deps.store.statements
  return [
    flows.insertVersion(row),
    flows.update(flow.id, { published_version: row.version, updated_at: row.created_at }),
    flows.keepDraft({ flow_id: flow.id, changed: 0, trigger_text, findings, saved_by, saved_at }),
  ]
}
