import { nearestName } from '@posthorn/contract'
import type { FieldFault } from '#domain'
import { isSystem, systemNames } from '#ingest'

/** The contract does not know which systems there are: one is a file of the server's. */
export function unknownSystem(name: string): FieldFault | undefined {
  if (isSystem(name)) return undefined
  const near = nearestName(name, systemNames())
  const meant = near === undefined ? '' : ` Did you mean ${near}?`
  const message = `The system "${name}" is not known.${meant} GET /api/v1/system lists them; take custom, with the authentication of the sender, for any other.`
  return { pointer: '/system', code: 'unknown_system', message }
}
