import type { FlowDefinition, FlowDiffOut, flowOperations } from '@posthorn/contract'
import { AppError, parseExactJson } from '#domain'
import type { StoredFlow, StoredFlowVersion } from '#store'
import { nameOf } from '../caller/name-of.ts'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { flowAnswer } from './current-draft.ts'
import { diffDefinitions } from './diff-definitions.ts'
import { existingFlow } from './find-flow.ts'
import { draftOf, versionJson } from './flow-row.ts'
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
    item: async (row) => versionJson(flow, row, await nameOf(deps.store, row.created_by)),
  })
}

export async function getVersion(deps: ApiDeps, { application, params }: Call<typeof flowOperations.getVersion>): Promise<Answer> {
  const flow = await existingFlow(deps, application, params)
  const row = await versionOfFlow(deps, flow, params['version'])
  const version = versionJson(flow, row, await nameOf(deps.store, row.created_by))
  return { status: 200, body: { ...version, definition: parseExactJson(row.definition) as FlowDefinition } }
}

export async function diffFlow(deps: ApiDeps, { application, params, query }: Call<typeof flowOperations.diff>): Promise<Answer> {
  const flow = await existingFlow(deps, application, params)
  const side = async (name: string) => {
    if (name === 'draft') return { version: null, definition: draftOf(flow) }
    const version = name === 'published' ? flow.published_version : Number(name)
    if (version === null) return { version, definition: null }
    return { version, definition: parseExactJson((await versionOfFlow(deps, flow, String(version))).definition) as FlowDefinition }
  }
  const [from, to] = await Promise.all([side(query.from ?? 'published'), side(query.to)])
  const changes = diffDefinitions(from.definition, to.definition)
  return { status: 200, body: { from: from.version, to: to.version, changes } satisfies FlowDiffOut }
}

/** Makes a version the draft. */
export async function restoreVersion(deps: ApiDeps, call: Call<typeof flowOperations.restoreVersion>): Promise<Answer> {
  const row = await versionOfFlow(deps, await existingFlow(deps, call.application, call.params), call.params['version'])
  const change = () => parseExactJson(row.definition) as WrittenFlow
  return flowAnswer(deps, 200, await updateFlow(deps, call, { change, action: 'flow.version_restored' }))
}

export async function versionOfFlow(
  { store }: Pick<ApiDeps, 'store'>,
  flow: StoredFlow,
  text: string | undefined,
): Promise<StoredFlowVersion> {
  const version = Number(text)
  const row = Number.isSafeInteger(version) ? await store.queries.flows.version(flow.id, version) : undefined
  if (!row) throw new AppError('not_found', { detail: `The flow has no version ${text}.` })
  return row
}
