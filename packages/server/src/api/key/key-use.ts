import type { KeyId } from '#domain'
import type { Clock, Log } from '#platform'
import type { Store } from '#store'
import { createNoteUses } from '../caller/note-uses.ts'

/** When keys were last used. */
export function createKeyUse(deps: { store: Pick<Store, 'statements' | 'mutate'>; clock: Clock; log: Log }) {
  return createNoteUses<KeyId>(deps, 'key', (key, at) => [deps.store.statements.keys.used(key, at)])
}

export type KeyUse = ReturnType<typeof createKeyUse>
