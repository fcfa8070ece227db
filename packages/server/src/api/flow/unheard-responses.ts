import { jsonPointer, keptListener, walkSteps, type DefinitionFault, type FlowDefinition } from '@posthorn/contract'
import { splitting } from '#ingest'
import type { ApplicationSnapshot, StoredListener } from '#store'
import { findListener } from '../listener/find-listener.ts'
import { writtenListener } from '../listener/listener-row.ts'

const TOLD_MAX = 50

/**
 * What a flow would answer and nobody hears, because its listener answers at once. It runs all the same, so it is a warning; and the listener
 * may change at any time, so it is looked for at each read.
 */
export function unheardResponses(application: ApplicationSnapshot, draft: FlowDefinition): DefinitionFault[] {
  const { trigger } = draft
  const listener = trigger.kind === 'webhook' ? findListener(application, trigger.listener) : undefined
  const found: DefinitionFault[] = []
  if (listener === undefined) return found
  let why: string | undefined
  walkSteps(draft, (step, path) => {
    if (step.kind !== 'webhook_response' || found.length === TOLD_MAX) return
    why ??= whyUnheard(application, listener)
    if (why !== '') found.push({ pointer: jsonPointer([...path, 'kind']), code: 'unheard_response', message: why })
  })
  return found
}

/** Empty: its callers wait. */
function whyUnheard(application: ApplicationSnapshot, listener: Readonly<StoredListener>): string {
  const name = `Nobody hears this answer: the listener "${listener.uid ?? listener.id}"`
  const { reply } = keptListener.parse({ ...writtenListener(listener), auth: { kind: 'none' } })
  if (reply.mode === 'at_once') return `${name} answers at once. Set its reply.mode to "auto" or "flow", or take this step out.`
  if (!splitting.isSplit(application, listener.id)) return ''
  return `${name} splits its requests into events, and answers at once. Take this step out.`
}
