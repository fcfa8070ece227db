import { jsonPointer, walkSteps, type FlowDefinition } from '@posthorn/contract'
import { AppError, type FieldFault } from '#domain'
import { compileFlow, type CompiledFlow } from '#flows'
import type { ApplicationSnapshot, FlowSnapshot } from '#store'
import { findListener } from '../listener/listener-routes.ts'
import { flowsOfListener } from './flows-of-listener.ts'

type Compiled = Extract<ReturnType<typeof compileFlow>, { ok: true }>

/** The draft compiled, or everything that keeps it from being published. */
export function compileForPublish(application: ApplicationSnapshot, flow: Pick<FlowSnapshot, 'id'>, draft: FlowDefinition): Compiled {
  const compiled = compileFlow(draft)
  if (!compiled.ok) throw new AppError('validation_error', { fields: compiled.faults })
  const faults = [...listenerFaults(application, draft), ...secretFaults(application, compiled.flow, draft)]
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

function secretFaults(application: ApplicationSnapshot, { secrets }: CompiledFlow, draft: FlowDefinition): FieldFault[] {
  const known = new Set(application.secrets.map(({ name }) => name))
  return secrets
    .filter((name) => !known.has(name))
    .map((name) => ({
      pointer: whereRead(draft, name),
      code: 'unknown_secret',
      message: `There is no secret "${name}" in this application. Put it first.`,
    }))
}

/** The first step that reads the secret. */
function whereRead(draft: FlowDefinition, name: string): string {
  let found: string | undefined
  walkSteps(draft, (step, path) => {
    // The lists of a branch are visited on their own, so only the step that really reads it is named.
    const own = JSON.stringify({ ...step, then: null, else: null, next: null })
    if (own.includes(`secrets.${name}`)) found ??= jsonPointer(path)
  })
  return found ?? '/steps'
}

/** One caller gets one answer: at most one published flow of a listener may hold a response step (decisions.md 17). */
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
