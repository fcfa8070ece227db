import type { MemberId } from '#domain'
import type { Clock, Log } from '#platform'
import type { Store } from '#store'
import { createNoteUses } from '../caller/note-uses.ts'
import { sessionEnd } from './session-cookie.ts'

/** When sessions, and so their members, were last used; with that a session's end moves on. */
export function createSessionUse(deps: { store: Pick<Store, 'statements' | 'mutate'>; clock: Clock; log: Log }) {
  const { members } = deps.store.statements
  const uses = createNoteUses(deps, 'session')
  return {
    note(hash: string, { member, createdAt }: { readonly member: MemberId; readonly createdAt: number }): void {
      uses.note(hash, (at) => [members.useSession(hash, { at, expiresAt: sessionEnd(createdAt, at) }), members.seen(member, at)])
    },
    stop: uses.stop,
  }
}

export type SessionUse = ReturnType<typeof createSessionUse>
