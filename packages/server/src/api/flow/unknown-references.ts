import { jsonPointer, walkSteps, type FlowDefinition } from '@posthorn/contract'
import type { FieldFault } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { findListener } from '../listener/find-listener.ts'

/** The secrets that a flow reads, with the pointer to the first step that does. */
export type SecretsRead = Iterable<readonly [name: string, pointer: string]>

const TOLD_MAX = 50

/** What a flow names and its application has not. It keeps a flow from being published, not from being saved: what it names may come later. */
export function unknownReferences(application: ApplicationSnapshot, draft: FlowDefinition, secrets: SecretsRead): FieldFault[] {
  return [...listenerFaults(application, draft), ...secretFaults(application, secrets), ...connectionFaults(application, draft)]
}

function listenerFaults(application: ApplicationSnapshot, { trigger }: FlowDefinition): FieldFault[] {
  if (trigger.kind !== 'webhook' || findListener(application, trigger.listener)) return []
  return [
    { pointer: '/trigger/listener', code: 'unknown_listener', message: `There is no listener "${trigger.listener}". Create it first.` },
  ]
}

function secretFaults(application: ApplicationSnapshot, secrets: SecretsRead): FieldFault[] {
  const known = new Set(application.secrets.map(({ name }) => name))
  const unknown = [...secrets].filter(([name]) => !known.has(name)).slice(0, TOLD_MAX)
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
    if (faults.length < TOLD_MAX) faults.push({ pointer: jsonPointer([...path, 'system']), code: 'unknown_connection', message })
  })
  return faults
}
