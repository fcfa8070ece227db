import { walkSteps, type FlowDefinition } from '@posthorn/contract'
import { isCredentialHeader } from './mapping/header.ts'

export interface MovedSecrets {
  /** With `{{ secrets.name }}` where the literals stood. */
  readonly definition: FlowDefinition
  /** To be sealed and kept with the application, in the same mutation. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[]
}

/**
 * Decisions.md 32: credentials that somebody wrote into a definition as they are become named secrets when it is saved, so that
 * no draft, version or export holds them. Meant are bearer tokens, signing secrets, and headers whose names say credential.
 * `prefix` keeps flows apart, for instance the flow's uid; a secret of the same name is written anew.
 */
export function moveSecrets(given: FlowDefinition, prefix: string): MovedSecrets {
  const definition = structuredClone(given)
  const secrets: { name: string; value: string }[] = []
  const moved = (value: string, place: string): string => {
    if (value === '' || value.includes('{{')) return value
    const name = `${prefix}_${place}`.replace(/[^\w]+/g, '_').replace(/^(?=\d)/, '_')
    secrets.push({ name, value })
    return `{{ secrets.${name} }}`
  }
  walkSteps(definition, (step) => {
    if (step.kind !== 'send_webhook') return
    if (step.bearerToken !== undefined) step.bearerToken = moved(step.bearerToken, `${step.id}_token`)
    if (step.signing) step.signing.secret = moved(step.signing.secret, `${step.id}_signing`)
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      if (isCredentialHeader(name)) step.headers![name] = moved(value, `${step.id}_${name}`)
    }
  })
  return { definition, secrets }
}
