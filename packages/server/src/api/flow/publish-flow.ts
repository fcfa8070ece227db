import type { flowOperations } from '@posthorn/contract'
import type { FlowVersionTable } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { compileForPublish } from './compile-for-publish.ts'
import { existingFlow, findFlow, type FlowCall } from './find-flow.ts'
import { keepDraft } from './flow-draft.ts'
import { versionJson, type FlowRow } from './flow-row.ts'

export async function publishFlow(deps: ApiDeps, call: Call<typeof flowOperations.publish>): Promise<Answer> {
  return { status: 200, body: await publish(deps, call) }
}

/** Makes a version of the draft. Publishing what is published already changes nothing. */
async function publish(deps: ApiDeps, call: FlowCall) {
  return changeApplication(deps, call, async (application) => {
    const flow = await existingFlow(deps, application, call.params)
    const { warnings } = await compileForPublish(deps, application, flow)
    const published = findFlow(application, flow.id)?.published
    if (published?.definition === flow.draft) {
      return { statements: [], action: 'flow.published', target: flow.id, result: { ...versionJson(flow, published), warnings } }
    }
    const row = await nextVersion(deps, flow, call.actor.key)
    return {
      statements: writes(deps, flow, row),
      action: 'flow.published',
      target: flow.id,
      before: { version: flow.published_version },
      after: { version: row.version },
      result: { ...versionJson({ ...flow, published_version: row.version }, row), warnings },
    }
  })
}

async function nextVersion({ store, clock }: ApiDeps, flow: FlowRow, by: string): Promise<FlowVersionTable> {
  const { newest } = await store.db
    .selectFrom('flow_version')
    .select((is) => is.fn.max('version').as('newest'))
    .where('flow_id', '=', flow.id)
    .executeTakeFirstOrThrow()
  return { flow_id: flow.id, version: Number(newest ?? 0) + 1, definition: flow.draft, created_at: clock.now(), created_by: by }
}

function writes(deps: ApiDeps, flow: FlowRow, row: FlowVersionTable) {
  const { db } = deps.store
  const point = db.updateTable('flow').set({ published_version: row.version, updated_at: row.created_at }).where('id', '=', flow.id)
  return [
    { query: db.insertInto('flow_version').values(row).compile() },
    { query: point.compile(), rows: 1 },
    keepDraft(deps, { flow_id: flow.id, changed: 0, trigger_text: flow.trigger_text, findings: flow.findings }),
  ]
}
