import { jsonPointer, nearestName, walkSteps, type FlowDefinition } from '@posthorn/contract'
import type { FieldFault } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { findListener } from '../listener/find-listener.ts'

/** The secrets that a flow reads, with the pointer to the first field that does. */
export type SecretsRead = Iterable<readonly [name: string, pointer: string]>

const TOLD_MAX = 50

/** What a flow names and its application has not. It keeps a flow from being published, not from being saved: what it names may come later. */
export function unknownReferences(application: ApplicationSnapshot, draft: FlowDefinition, secrets: SecretsRead): FieldFault[] {
  return [...listenerFaults(application, draft), ...secretFaults(application, secrets), ...connectionFaults(application, draft)]
}

function listenerFaults(application: ApplicationSnapshot, { trigger }: FlowDefinition): FieldFault[] {
  if (trigger.kind !== 'webhook' || findListener(application, trigger.listener)) return []
  const known = application.listeners.flatMap(({ uid }) => uid ?? [])
  const message = `There is no listener "${trigger.listener}". ${wayOut(trigger.listener, { known, told: 0 }, 'Create it first.')}`
  return [{ pointer: '/trigger/listener', code: 'unknown_listener', message }]
}

function secretFaults(application: ApplicationSnapshot, secrets: SecretsRead): FieldFault[] {
  const known = new Set(application.secrets.map(({ name }) => name))
  const unknown = [...secrets].filter(([name]) => !known.has(name)).slice(0, TOLD_MAX)
  return unknown.map(([name, pointer], told) => ({
    pointer,
    code: 'unknown_secret',
    message: `There is no secret "${name}" in this application. ${wayOut(name, { known, told }, 'Put it first.')}`,
  }))
}

function connectionFaults({ connections }: ApplicationSnapshot, draft: FlowDefinition): FieldFault[] {
  const known = new Set(connections.map(({ name }) => name))
  const faults: FieldFault[] = []
  walkSteps(draft, (step, path) => {
    if (step.kind !== 'http_request' || step.system === undefined || known.has(step.system) || faults.length === TOLD_MAX) return
    const told = faults.length
    const message = `There is no connection "${step.system}" in this application. ${wayOut(step.system, { known, told }, 'Put it first.')}`
    faults.push({ pointer: jsonPointer([...path, 'system']), code: 'unknown_connection', message })
  })
  return faults
}

/** To compare names takes time, and hundreds may be unknown: so many are told what they are probably meant to be. */
const SUGGESTIONS_MAX = 10
const COMPARED_MAX = 100

function wayOut(name: string, { known, told }: { readonly known: Iterable<string>; readonly told: number }, otherwise: string): string {
  const near = told < SUGGESTIONS_MAX ? nearestName(name, [...known].slice(0, COMPARED_MAX)) : undefined
  return near === undefined ? otherwise : `Did you mean "${near}"? ${otherwise}`
}
