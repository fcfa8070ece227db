import { UNKNOWN_PLACES } from '../request/redaction.ts'
import type { BodyScheme } from './scheme.ts'
import { failure } from './verification.ts'

/**
 * Nothing passes: a secret that cannot be opened or read must never let everybody in. Said when the body is here, so that it is kept and
 * the request can be checked again.
 */
export function unusableScheme(detail: string): BodyScheme {
  const refused = failure('secret_unusable', detail)
  return { reads: 'body', challenge: undefined, secretsAt: UNKNOWN_PLACES, verify: () => refused, verifyInTurns: null }
}
