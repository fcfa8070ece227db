import type { flowOperations } from '@posthorn/contract'
import type { Statement, StoredFlow, StoredFlowVersion } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { compileForPublish } from './compile-for-publish.ts'
import { existingFlow, findFlow, type FlowCall } from './find-flow.ts'
import { scheduleChange } from './flow-schedule.ts'
import { draftOf, versionJson, type FlowRow } from './flow-row.ts'

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
    const row = await nextVersion(deps, flow, call.actor.id)
    return {
      statements: publishStatements(deps, flow, row).statements,
      action: 'flow.published',
      target: flow.id,
      before: { version: flow.published_version },
      after: { version: row.version },
      result: { ...versionJson({ ...flow, published_version: row.version }, row), warnings },
    }
  })
}

async function nextVersion({ store, clock }: ApiDeps, flow: FlowRow, by: string): Promise<StoredFlowVersion> {
  const newest = await store.queries.flows.newestVersion(flow.id)
  return { flow_id: flow.id, version: newest + 1, definition: flow.draft, created_at: clock.now(), created_by: by }
}

/** Makes `row` the version that runs, and keeps when it starts next. */
export function publishStatements(
  deps: Pick<ApiDeps, 'store' | 'clock'>,
  flow: StoredFlow & Pick<FlowRow, 'trigger_text' | 'findings'>,
  row: StoredFlowVersion,
): { readonly dueAt: number | null; readonly statements: readonly Statement[] } {
  const { flows } = deps.store.statements
  const schedule = scheduleChange(deps, flow, row.definition)
  const statements = [
    flows.insertVersion(row),
    flows.update(flow.id, { published_version: row.version, updated_at: row.created_at }),
    ...schedule.statements,
    flows.keepGate(flow.id, draftOf(flow).concurrency ?? null),
    flows.keepDraft({ flow_id: flow.id, changed: 0, trigger_text: flow.trigger_text, findings: flow.findings }),
  ]
  return { dueAt: schedule.dueAt, statements }
}
