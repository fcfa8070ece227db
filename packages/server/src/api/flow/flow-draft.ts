import { parseFlowDefinition, type FlowDefinition } from '@posthorn/contract'
import { compileRead, type FlowCompilation } from '#flows'
import type { ApplicationSnapshot, StoredFlowDraft, StoredFlow } from '#store'
import type { ApiDeps } from '../deps.ts'
import { draftOf } from './flow-row.ts'

/** What is found in a draft. */
export type Found = Pick<StoredFlowDraft, 'changed' | 'trigger_text' | 'findings'>

/** What a draft is found to be when it is saved. Reads show what is kept of it, and compile nothing. */
export async function examineDraft(
  { transforms }: Pick<ApiDeps, 'transforms'>,
  application: ApplicationSnapshot,
  { id, draft, definition }: { readonly id: string; readonly draft: string; readonly definition: FlowDefinition },
): Promise<Found> {
  const compiled = await compileRead(definition, { transforms, owner: application.id })
  const published = application.flows.find((flow) => flow.id === id)?.published
  return {
    changed: published?.definition === draft ? 0 : 1,
    trigger_text: JSON.stringify(definition.trigger),
    findings: JSON.stringify(findingsOf(compiled)),
  }
}

/** A draft that was saved before its findings were kept. It may be larger than drafts may be now. */
export async function examineOldDraft(
  deps: Pick<ApiDeps, 'transforms'>,
  application: ApplicationSnapshot,
  row: Pick<StoredFlow, 'id' | 'draft'>,
): Promise<Found> {
  const { id, draft } = row
  const parsed = parseFlowDefinition(draftOf(row))
  if (parsed.ok) return examineDraft(deps, application, { id, draft, definition: parsed.definition })
  const published = application.flows.find((flow) => flow.id === id)?.published
  return {
    changed: published?.definition === draft ? 0 : 1,
    trigger_text: JSON.stringify(draftOf(row).trigger),
    findings: JSON.stringify(findingsOf(parsed)),
  }
}

function findingsOf(compiled: FlowCompilation | { readonly ok: false; readonly faults: readonly unknown[] }) {
  if (!compiled.ok) return { faults: compiled.faults, warnings: [] }
  return { faults: [], warnings: compiled.warnings, secrets: [...compiled.flow.secrets], reads: compiled.reads }
}
