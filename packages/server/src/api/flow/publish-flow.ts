import { hash } from 'node:crypto'
import type { flowOperations } from '@posthorn/contract'
import type { Statement, StoredFlowVersion } from '#store'
import { nameOf } from '../caller/name-of.ts'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { compileForPublish } from './compile-for-publish.ts'
import { refuseOutdated } from './current-draft.ts'
import { existingFlow, findFlow } from './find-flow.ts'
import { scheduleChange } from './flow-schedule.ts'
import { draftOf, versionJson, type FlowRow } from './flow-row.ts'
import { versionOfFlow } from './flow-versions.ts'

export async function publishFlow(deps: ApiDeps, call: Call<typeof flowOperations.publish>): Promise<Answer> {
  return { status: 200, body: await publish(deps, call) }
}

/** Makes a version of the draft, or of what an older version was. Publishing what is published already changes nothing. */
async function publish(deps: ApiDeps, call: Call<typeof flowOperations.publish>) {
  return changeApplication(deps, call, async (application) => {
    const flow = await existingFlow(deps, application, call.params)
    await refuseOutdated(deps, call, flow)
    const { version, note = null } = call.body
    const definition = version === undefined ? flow.draft : (await versionOfFlow(deps, flow, String(version))).definition
    const { warnings } = await compileForPublish(deps, application, { id: flow.id, draft: definition })
    const resultOf = async (of: FlowRow, row: StoredFlowVersion) => ({
      ...versionJson(of, row, await nameOf(deps.store, row.created_by)),
      warnings,
    })
    const published = findFlow(application, flow.id)?.published
    if (published?.definition === definition) {
      return { statements: [], action: 'flow.published', target: flow.id, result: await resultOf(flow, published) }
    }
    const row = versionOfDraft(
      { id: flow.id, draft: definition },
      {
        ...{ version: 1 + (await deps.store.queries.flows.newestVersion(flow.id)), note },
        ...{ created_at: deps.clock.now(), created_by: call.actor.id },
      },
    )
    return {
      statements: (await publishStatements(deps, flow, row)).statements,
      action: 'flow.published',
      target: flow.id,
      before: { version: flow.published_version },
      after: { version: row.version },
      result: await resultOf({ ...flow, published_version: row.version }, row),
    }
  })
}

/** The draft as a version. */
export function versionOfDraft(
  { id: flow_id, draft: definition }: Pick<FlowRow, 'id' | 'draft'>,
  about: Pick<StoredFlowVersion, 'version' | 'created_at' | 'created_by' | 'note'>,
): StoredFlowVersion {
  return { flow_id, definition, hash: hash('sha256', definition), ...about }
}

/** Makes `row` the version that runs, and keeps when it starts next. */
export async function publishStatements(
  deps: Pick<ApiDeps, 'store' | 'clock'>,
  flow: FlowRow,
  row: StoredFlowVersion,
): Promise<{ readonly dueAt: number | null; readonly statements: readonly Statement[] }> {
  const { trigger_text, findings, saved_by, saved_at } = flow
  const { flows } = deps.store.statements
  const schedule = await scheduleChange(deps, flow, row.definition)
  const statements = [
    flows.insertVersion(row),
    flows.update(flow.id, { published_version: row.version, updated_at: row.created_at }),
    ...schedule.statements,
    flows.keepGate(flow.id, draftOf({ draft: row.definition }).concurrency ?? null),
    flows.keepDraft({ flow_id: flow.id, changed: flow.draft === row.definition ? 0 : 1, trigger_text, findings, saved_by, saved_at }),
  ]
  return { dueAt: schedule.dueAt, statements }
}
