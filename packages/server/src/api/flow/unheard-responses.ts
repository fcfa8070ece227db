import { jsonPointer, keptListener, walkSteps, type DefinitionFault, type FlowDefinition, type ListenerReply } from '@posthorn/contract'
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

/**
 * That callers of a listener wait for a flow to answer and none does, so that all of them hear 503. Only asked when a flow is published,
 * because until then its response may still come.
 */
export function unansweredCallers(listener: Readonly<StoredListener>): DefinitionFault[] {
  if (replyOf(listener).mode !== 'flow') return []
  const message = `The listener "${listener.uid ?? listener.id}" waits for a flow to answer its callers, and none does: each of them hears 503 (no_flow). Add a webhook_response, or set its reply.mode to "auto".`
  return [{ pointer: '/steps', code: 'no_response', message }]
}

const replyOf = (listener: Readonly<StoredListener>): ListenerReply =>
  keptListener.parse({ ...writtenListener(listener), auth: { kind: 'none' } }).reply

/** Empty: its callers wait. */
function whyUnheard(application: ApplicationSnapshot, listener: Readonly<StoredListener>): string {
  const name = `Nobody hears this answer: the listener "${listener.uid ?? listener.id}"`
  if (replyOf(listener).mode === 'at_once') return `${name} answers at once. Set its reply.mode to "auto" or "flow", or take this step out.`
  if (!splitting.isSplit(application, listener.id)) return ''
  return `${name} splits its requests into events, and answers at once. Take this step out.`
}
