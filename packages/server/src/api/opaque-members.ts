import { endpointOperations, entryOperations, messageOperations, runOperations, type Operation } from '@posthorn/contract'

/**
 * Members of a body (or of each of its messages) that may hold any JSON, and of which only the bytes are used: of a large body they
 * are not parsed, which would make millions of values that nobody looks at.
 */
const members: ReadonlyMap<Operation, readonly string[]> = new Map<Operation, readonly string[]>([
  [messageOperations.create, ['payload']],
  [messageOperations.createBatch, ['payload']],
  [messageOperations.event, ['data']],
  [endpointOperations.test, ['payload']],
  [runOperations.create, ['document']],
  [entryOperations.create, ['document']],
  [entryOperations.update, ['document']],
])

export function opaqueMembers(operation: Operation): readonly string[] {
  return members.get(operation) ?? []
}
