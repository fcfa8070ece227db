import { bearerTokenFault, headerFault, jsonPointer, walkSteps, type FlowDefinition } from '@posthorn/contract'
import { AppError, checkSigningSecret, isCredentialHeader, type FieldFault } from '#domain'
import { soleSecret } from '#flows'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { createMovedSecrets, referenceTo, type MovedSecrets } from '../secret/named-secret.ts'

/**
 * Moves the literal secrets of a definition to named ones, so that no draft, version or export holds any
 * (decisions/no-secrets-in-definitions). The definition is changed in place: it was just parsed and nobody else has it.
 */
export function moveSecrets(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { definition, purpose }: { definition: FlowDefinition; purpose: string },
): MovedSecrets {
  const secrets = createMovedSecrets(deps, application)
  const faults: FieldFault[] = []
  walkSteps(definition, (step, path) => {
    if (step.kind !== 'send_webhook' && step.kind !== 'http_request') return
    const move = (text: string, what: string) => (isLiteral(text) ? referenceTo(secrets.keep(`${purpose}_${step.id}_${what}`, text)) : text)
    // Once moved, nobody sees that they cannot be sent until a run fails.
    const refuse = (message: string | undefined, ...below: readonly string[]) => {
      if (message !== undefined) faults.push({ pointer: jsonPointer([...path, ...below]), code: 'invalid_header', message })
    }
    if (step.bearerToken !== undefined) {
      refuse(bearerTokenFault(step.bearerToken), 'bearerToken')
      step.bearerToken = move(step.bearerToken, 'token')
    }
    if (step.kind === 'send_webhook' && step.signing !== undefined) {
      const { profile, secret } = step.signing
      // Sending takes off spaces around it, so they are no part of it here either.
      const text = (isLiteral(secret) ? secret : secrets.text(soleSecret(secret) ?? ''))?.trim()
      const checked = text === undefined ? undefined : checkSigningSecret(profile, text)
      if (checked?.ok === false) {
        const pointer = jsonPointer([...path, 'signing', 'secret'])
        faults.push(...checked.faults.map(({ message }) => ({ pointer, code: 'bad_secret', message })))
      } else step.signing.secret = move(isLiteral(secret) && checked?.ok ? checked.value : secret, 'signing')
    }
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      if (!isCredentialHeader(name)) continue
      const moved = move(value, name)
      if (moved !== value) refuse(headerFault(name, value), 'headers', name)
      step.headers![name] = moved
    }
  })
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  return secrets
}

/** Why the secret `name` could not sign in this definition if it became `text`; undefined if it could, or does not sign. */
export function faultOfSigningSecret(
  definition: FlowDefinition,
  { name, text }: { readonly name: string; readonly text: string },
): string | undefined {
  let fault: string | undefined
  walkSteps(definition, (step) => {
    if (step.kind !== 'send_webhook' || step.signing === undefined || soleSecret(step.signing.secret) !== name) return
    const checked = checkSigningSecret(step.signing.profile, text.trim())
    if (!checked.ok) fault ??= checked.faults[0]?.message
  })
  return fault
}

function isLiteral(text: string): boolean {
  return text !== '' && !text.includes('{{') && !text.includes('{%')
}
