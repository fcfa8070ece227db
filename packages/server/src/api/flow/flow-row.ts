import type { FlowDefinition, FlowHeadOut, FlowOut, FlowVersionOut } from '@posthorn/contract'
import { compileFlow } from '#flows'
import type { ApplicationSnapshot, FlowTable, FlowVersionTable } from '#store'

/** A flow without its steps, as lists show it. */
export function flowHead(application: ApplicationSnapshot, row: Readonly<FlowTable>): FlowHeadOut {
  const published = application.flows.find((flow) => flow.id === row.id)?.published
  return {
    id: row.id,
    uid: row.uid,
    enabled: row.enabled === 1,
    name: row.name,
    trigger: draftOf(row).trigger,
    publishedVersion: row.published_version,
    changed: published?.definition !== row.draft,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

/** A flow with its draft, and what is wrong with it. */
export function flowJson(application: ApplicationSnapshot, row: Readonly<FlowTable>): FlowOut {
  const draft = draftOf(row)
  const compiled = compileFlow(draft)
  const faults = compiled.ok ? [] : [...compiled.faults]
  return { ...flowHead(application, row), ...draft, faults, warnings: compiled.ok ? [...compiled.warnings] : [] }
}

export function draftOf({ draft }: Pick<FlowTable, 'draft'>): FlowDefinition {
  return JSON.parse(draft) as FlowDefinition
}

export function versionJson(flow: Pick<FlowTable, 'id' | 'published_version'>, row: Omit<FlowVersionTable, 'definition'>): FlowVersionOut {
  return {
    flowId: flow.id,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
    createdBy: row.created_by,
    published: row.version === flow.published_version,
  }
}
