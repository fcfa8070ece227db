import type { IncomingHttpHeaders } from 'node:http'
import { AppError, type ApplicationId, type KeyId, type MemberId } from '#domain'
import type { Clock } from '#platform'
import type { Store } from '#store'
import type { Actor } from './actor.ts'
import { featureFlagsOf } from '../key/key-row.ts'
import { keyDigest } from '../key/key-text.ts'
import type { KeyUse } from '../key/key-use.ts'
import { memberActor } from '../session/session-actor.ts'
import { sessionDigest, tokenIn } from '../session/session-cookie.ts'
import type { SessionUse } from '../session/session-use.ts'

/** Another process may have revoked a key: what was looked up is believed this long. A change on this process is seen at once. */
const BELIEVED_MS = 1000
const REMEMBERED_MAX = 10_000

export interface AuthenticateDeps {
  readonly store: Pick<Store, 'queries' | 'onChange'>
  readonly clock: Clock
  readonly keyUse: KeyUse
  readonly sessionUse: SessionUse
  /** What an address that showed a wrong key is answered. */
  readonly wrongKey: (address: string) => AppError
  readonly settings: { readonly apiUrl: string }
}

/**
 * Finds who calls by the digest of the key or of the session's token, so that a look-up takes the same time for any wrong one and none is
 * kept in the clear. A key goes before a cookie, which browsers send unasked.
 */
export function createAuthenticate(deps: AuthenticateDeps) {
  const { clock } = deps
  const remembered = new Map<string, { actor: Actor; until: number }>()
  let changes = 0
  deps.store.onChange(() => {
    changes++
    remembered.clear()
  })

  const find = async (name: string, look: () => Promise<Actor>): Promise<Actor> => {
    const known = remembered.get(name)
    if (known && clock.monotonic() < known.until && clock.now() < (known.actor.expiresAt ?? Infinity)) return known.actor
    const before = changes
    const actor = await look()
    // What was read before a change is not believed after it.
    if (changes !== before) return actor
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    remembered.set(name, { actor, until: clock.monotonic() + BELIEVED_MS })
    return actor
  }

  return (headers: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>, ip: string): Promise<Actor> | Actor => {
    if (headers.authorization === undefined) {
      const token = tokenIn(headers.cookie, deps.settings.apiUrl)
      if (token === undefined) throw new AppError('authentication_failed')
      const hash = sessionDigest(token)
      return find(`session ${hash}`, () => bySession(deps, hash))
    }
    const text = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1]
    if (text === undefined) throw new AppError('authentication_failed')
    const hash = keyDigest(text)
    return find(hash, () => byKey(deps, hash, ip))
  }
}

async function byKey({ store, clock, keyUse, wrongKey }: AuthenticateDeps, hash: string, ip: string): Promise<Actor> {
  const row = await store.queries.keys.withHash(hash)
  if (!row || row.revoked_at !== null || clock.now() >= (row.expires_at ?? Infinity)) throw wrongKey(ip)
  const id = row.id as KeyId
  keyUse.note(id)
  const access = row.access === 'read' ? 'read' : 'write'
  return {
    ...{ kind: 'key', id, access, isPortal: row.kind === 'portal' },
    applications: row.application_id === null ? null : [row.application_id as ApplicationId],
    role: access === 'read' ? 'viewer' : row.application_id === null ? 'owner' : 'operator',
    featureFlags: featureFlagsOf(row),
    expiresAt: row.expires_at,
  }
}

async function bySession({ store, clock, sessionUse }: AuthenticateDeps, hash: string): Promise<Actor> {
  const { members } = store.queries
  const session = await members.session(hash)
  const member = session && (await members.find(session.member_id))
  if (!session || !member || member.disabled_at !== null || clock.now() >= session.expires_at) throw new AppError('session_ended')
  sessionUse.note(hash, { member: member.id as MemberId, createdAt: session.created_at })
  return memberActor(member, session)
}
