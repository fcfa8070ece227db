import { jsonPointer, walkSteps, type FlowDefinition } from '@posthorn/contract'
import { AppError, prepareKey, type FieldFault } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { createMovedSecrets, referenceTo, type MovedSecrets } from '../secret/named-secret.ts'

/** Headers whose literal value is a credential by what they are called. */
const CREDENTIAL = /^(?:(?:proxy-)?authorization|cookie)$|api-?key|token|secret|password|signature/i

/**
 * Moves the literal secrets of a definition to named ones (decisions.md 32), so that no draft, version or export holds any. The
 * definition is changed in place: it was just parsed and nobody else has it.
 */
export function moveSecrets(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { definition, purpose }: { definition: FlowDefinition; purpose: string },
): MovedSecrets {
  const secrets = createMovedSecrets(deps, application)
  const faults: FieldFault[] = []
  walkSteps(definition, (step, path) => {
    if (step.kind !== 'send_webhook') return
    const move = (text: string, what: string) =>
      text === '' || text.includes('{{') || text.includes('{%') ? text : referenceTo(secrets.keep(`${purpose}_${step.id}_${what}`, text))
    if (step.bearerToken !== undefined) step.bearerToken = move(step.bearerToken, 'token')
    if (step.signing !== undefined) {
      const { profile, secret } = step.signing
      step.signing.secret = move(secret, 'signing')
      const key = step.signing.secret === secret ? undefined : prepareKey(profile, secret)
      if (key?.ok === false) faults.push({ pointer: jsonPointer([...path, 'signing', 'secret']), code: 'bad_secret', message: key.detail })
    }
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      if (CREDENTIAL.test(name)) step.headers![name] = move(value, name)
    }
  })
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  return secrets
}
