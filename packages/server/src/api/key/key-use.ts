import type { KeyId } from '#domain'
import type { Clock, Log } from '#platform'
import type { Store } from '#store'
import { createNoteUses } from '../caller/note-uses.ts'

/** When keys were last used. */
export function createKeyUse(deps: { store: Pick<Store, 'statements' | 'mutate'>; clock: Clock; log: Log }) {
  const { keys } = deps.store.statements
  const uses = createNoteUses(deps, 'key')
  return { note: (key: KeyId) => uses.note(key, (at) => [keys.used(key, at)]), stop: uses.stop }
}

export type KeyUse = ReturnType<typeof createKeyUse>
