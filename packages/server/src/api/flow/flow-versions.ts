import type { FlowDefinition, flowOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredFlow, StoredFlowVersion } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { existingFlow } from './find-flow.ts'
import { versionJson } from './flow-row.ts'
import { updateFlow } from './update-flow.ts'
import type { WrittenFlow } from './written-flow.ts'

export async function listVersions(
  deps: ApiDeps,
  { application, params, query }: Call<typeof flowOperations.listVersions>,
): Promise<Answer> {
  const flow = await existingFlow(deps, application, params)

  return listPage(query, {
    kind: 'version',
    natural: 'descending',
    by: 'version',
    read: (rows) => deps.store.queries.flows.versions(flow.id, rows),
    item: (row) => versionJson(flow, row),
  })
}

export async function getVersion(deps: ApiDeps, { application, params }: Call<typeof flowOperations.getVersion>): Promise<Answer> {
  const flow = await existingFlow(deps, application, params)
  const row = await versionOfFlow(deps, flow, params['version'])
  return { status: 200, body: { ...versionJson(flow, row), definition: JSON.parse(row.definition) as FlowDefinition } }
}

/** Makes a version the draft. */
export async function restoreVersion(deps: ApiDeps, call: Call<typeof flowOperations.restoreVersion>): Promise<Answer> {
  const row = await versionOfFlow(deps, await existingFlow(deps, call.application, call.params), call.params['version'])
  const change = () => JSON.parse(row.definition) as WrittenFlow
  return { status: 200, body: await updateFlow(deps, call, { change, action: 'flow.version_restored' }) }
}

export async function versionOfFlow(
  { store }: Pick<ApiDeps, 'store'>,
  flow: StoredFlow,
  text: string | undefined,
): Promise<StoredFlowVersion> {
  const version = Number(text)
  if (!Number.isSafeInteger(version)) throw new AppError('not_found')
  const row = await store.queries.flows.version(flow.id, version)
  if (!row) throw new AppError('not_found')
  return row
}
