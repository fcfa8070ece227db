import type { FlowDefinition, FlowHeadOut, FlowOut, FlowVersionOut } from '@posthorn/contract'
import type { FieldRead } from '#flows'
import type { StoredFlowDraft, StoredFlow, StoredFlowVersion, StoredSchedule } from '#store'
import { parseExactJson } from '#domain'
import { revisionOf } from '../revision.ts'

/** A flow as lists show it: neither its draft nor what is published need be read. */
export type FlowHeadRow = Readonly<Omit<StoredFlow, 'draft'>> &
  Pick<StoredFlowDraft, 'changed' | 'trigger_text'> &
  Pick<StoredSchedule, 'due_at'>

/** A flow with its draft, and what was found in it when it was saved. */
export type FlowRow = Readonly<StoredFlow> & Omit<StoredFlowDraft, 'flow_id'> & Pick<StoredSchedule, 'due_at'>

/** A flow without its steps, as lists show it. */
export function flowHead(row: FlowHeadRow): FlowHeadOut {
  return {
    id: row.id,
    uid: row.uid,
    enabled: row.enabled === 1,
    name: row.name,
    trigger: JSON.parse(row.trigger_text) as FlowHeadOut['trigger'],
    publishedVersion: row.published_version,
    changed: row.changed === 1,
    nextAt: row.due_at === null ? null : new Date(row.due_at).toISOString(),
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

/** A flow with its draft, and what is wrong with it. */
export function flowJson(row: FlowRow, savedByName: string | null = null): FlowOut {
  const { faults, warnings } = findingsIn(row)
  return { ...flowHead(row), ...draftOf(row), faults, warnings, revision: draftRevision(row), savedBy: row.saved_by, savedByName }
}

interface Findings extends Pick<FlowOut, 'faults' | 'warnings'> {
  readonly secrets?: readonly [name: string, pointer: string][]
  readonly reads?: readonly FieldRead[]
}

/** What was found in a draft when it was saved, and the secrets and fields that it reads, which may come and go. */
export function findingsIn({ findings }: Pick<FlowRow, 'findings'>): Findings {
  return JSON.parse(findings) as Findings
}

export function draftRevision({ uid, enabled, draft }: Pick<StoredFlow, 'uid' | 'enabled' | 'draft'>): string {
  return revisionOf(uid, enabled, draft)
}

export function draftOf({ draft }: Pick<StoredFlow, 'draft'>): FlowDefinition {
  return parseExactJson(draft) as FlowDefinition
}

export function versionJson(
  flow: Pick<StoredFlow, 'id' | 'published_version'>,
  row: Omit<StoredFlowVersion, 'definition'>,
  createdByName: string | null,
): FlowVersionOut {
  return {
    flowId: flow.id,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
    createdBy: row.created_by,
    createdByName,
    note: row.note,
    hash: row.hash,
    published: row.version === flow.published_version,
  }
}
