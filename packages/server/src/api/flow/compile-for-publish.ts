import { walkSteps, type DefinitionFault, type FlowDefinition } from '@posthorn/contract'
import { AppError } from '#domain'
import { compileFlow, type FlowCompilation } from '#flows'
import type { ApplicationSnapshot, StoredFlow } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findListener } from '../listener/find-listener.ts'
import { draftOf } from './flow-row.ts'
import { flowsOfListener } from './flows-of-listener.ts'
import { undeclaredReads } from './undeclared-reads.ts'
import { unansweredCallers, unheardResponses } from './unheard-responses.ts'
import { unknownReferences } from './unknown-references.ts'

type Compiled = Extract<FlowCompilation, { ok: true }>

/** The draft compiled, or everything that keeps it from being published. */
export async function compileForPublish(
  { transforms }: Pick<ApiDeps, 'transforms'>,
  application: ApplicationSnapshot,
  flow: Pick<StoredFlow, 'id' | 'draft'>,
): Promise<Compiled> {
  const draft = draftOf(flow)
  const compiled = await compileFlow(draft, { transforms, owner: application.id })
  if (!compiled.ok) throw new AppError('validation_error', { fields: compiled.faults })
  const faults = unknownReferences(application, draft, compiled.flow.secrets)
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  const ofListener = [...unheardResponses(application, draft), ...undeclaredReads(application, draft, compiled.reads)]
  const ofCallers = warningsOfCallers(application, flow.id, draft)
  return { ...compiled, warnings: [...compiled.warnings, ...ofListener, ...ofCallers] }
}

/**
 * One caller gets one answer: at most one published flow of a listener may hold a response step (decisions/one-flow-answers). Warns where
 * callers wait for one and there is none.
 */
function warningsOfCallers(application: ApplicationSnapshot, id: string, draft: FlowDefinition): DefinitionFault[] {
  const { trigger } = draft
  const listener = trigger.kind === 'webhook' ? findListener(application, trigger.listener) : undefined
  if (!listener) return []
  const other = flowsOfListener(application, listener).find(({ flow, definition }) => flow.id !== id && answers(definition))?.flow
  if (!answers(draft)) return other ? [] : unansweredCallers(listener)
  if (!other) return []
  throw new AppError('listener_answered', {
    detail: `The flow "${other.name}" (${other.uid ?? other.id}) answers the callers of this listener already. Take webhook_response out of one of them.`,
  })
}

function answers(definition: FlowDefinition): boolean {
  let found = false
  walkSteps(definition, (step) => void (found ||= step.kind === 'webhook_response'))
  return found
}
