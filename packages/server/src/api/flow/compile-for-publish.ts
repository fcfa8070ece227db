import { jsonPointer, walkSteps, type FlowDefinition } from '@posthorn/contract'
import { AppError, type FieldFault } from '#domain'
import { compileFlow, type CompiledFlow, type FlowCompilation } from '#flows'
import type { ApplicationSnapshot, StoredFlow } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findListener } from '../listener/find-listener.ts'
import { draftOf } from './flow-row.ts'
import { flowsOfListener } from './flows-of-listener.ts'

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
  const faults = [
    ...listenerFaults(application, draft),
    ...secretFaults(application, compiled.flow),
    ...connectionFaults(application, draft),
  ]
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  if (compiled.flow.hasResponse) refuseSecondAnswer(application, flow.id, draft)
  return compiled
}

function listenerFaults(application: ApplicationSnapshot, { trigger }: FlowDefinition): FieldFault[] {
  if (trigger.kind !== 'webhook' || findListener(application, trigger.listener)) return []
  return [
    { pointer: '/trigger/listener', code: 'unknown_listener', message: `There is no listener "${trigger.listener}". Create it first.` },
  ]
}

function secretFaults(application: ApplicationSnapshot, { secrets }: CompiledFlow): FieldFault[] {
  const known = new Set(application.secrets.map(({ name }) => name))
  const unknown = [...secrets].filter(([name]) => !known.has(name)).slice(0, UNKNOWN_REPORTED_MAX)
  return unknown.map(([name, pointer]) => ({
    pointer,
    code: 'unknown_secret',
    message: `There is no secret "${name}" in this application. Put it first.`,
  }))
}

function connectionFaults({ connections }: ApplicationSnapshot, draft: FlowDefinition): FieldFault[] {
  const known = new Set(connections.map(({ name }) => name))
  const faults: FieldFault[] = []
  walkSteps(draft, (step, path) => {
    if (step.kind !== 'http_request' || step.system === undefined || known.has(step.system)) return
    const message = `There is no connection "${step.system}" in this application. Put it first.`
    if (faults.length < UNKNOWN_REPORTED_MAX)
      faults.push({ pointer: jsonPointer([...path, 'system']), code: 'unknown_connection', message })
  })
  return faults
}

const UNKNOWN_REPORTED_MAX = 50

/** One caller gets one answer: at most one published flow of a listener may hold a response step (decisions/one-flow-answers). */
function refuseSecondAnswer(application: ApplicationSnapshot, id: string, { trigger }: FlowDefinition): void {
  const listener = trigger.kind === 'webhook' ? findListener(application, trigger.listener) : undefined
  if (!listener) return
  const other = flowsOfListener(application, listener).find(({ flow, definition }) => flow.id !== id && answers(definition))?.flow
  if (!other) return
  throw new AppError('listener_answered', {
    detail: `The flow "${other.name}" (${other.uid ?? other.id}) answers the callers of this listener already. Take webhook_response out of one of them.`,
  })
}

function answers(definition: FlowDefinition): boolean {
  let found = false
  walkSteps(definition, (step) => void (found ||= step.kind === 'webhook_response'))
  return found
}
