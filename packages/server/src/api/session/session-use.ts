import type { MemberId } from '#domain'
import type { Clock, Log } from '#platform'
import type { Store } from '#store'
import { createNoteUses } from '../caller/note-uses.ts'
import { sessionEnd } from './session-cookie.ts'

/** When sessions, and so their members, were last used; with that a session's end moves on. */
export function createSessionUse(deps: { store: Pick<Store, 'statements' | 'mutate'>; clock: Clock; log: Log }) {
  const about = new Map<string, { readonly member: MemberId; readonly createdAt: number }>()
  const { members } = deps.store.statements
  const uses = createNoteUses(deps, 'session', (hash: string, at) => {
    const session = about.get(hash)
    about.delete(hash)
    if (session === undefined) return []
    return [members.useSession(hash, { at, expiresAt: sessionEnd(session.createdAt, at) }), members.seen(session.member, at)]
  })
  return {
    note(hash: string, session: { readonly member: MemberId; readonly createdAt: number }): void {
      about.set(hash, session)
      uses.note(hash)
    },
    stop: uses.stop,
  }
}

export type SessionUse = ReturnType<typeof createSessionUse>
