import { AppError, type ApplicationId, type KeyId } from '#domain'
import type { Clock } from '#platform'
import type { Store } from '#store'
import { featureFlagsOf } from './key/key-row.ts'
import { keyDigest } from './key/key-text.ts'
import type { KeyUse } from './key/key-use.ts'
import type { Actor } from './route.ts'

/** Another process may have revoked a key: what was looked up is believed this long. A change on this process is seen at once. */
const BELIEVED_MS = 1000
const REMEMBERED_MAX = 10_000

export interface AuthenticateDeps {
  readonly store: Pick<Store, 'queries' | 'onChange'>
  readonly clock: Clock
  readonly keyUse: KeyUse
  /** What an address that showed a wrong key is answered. */
  readonly wrongKey: (address: string) => AppError
}

/** Finds who calls by the digest of the key, so that a look-up takes the same time for any wrong key and none is kept in the clear. */
export function createAuthenticate({ store, clock, keyUse, wrongKey }: AuthenticateDeps) {
  const remembered = new Map<string, { actor: Actor; expiresAt: number; until: number }>()
  store.onChange(() => remembered.clear())

  return async (authorization: string | undefined, caller: { readonly ip: string }): Promise<Actor> => {
    const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (text === undefined) throw new AppError('authentication_failed')
    const hash = keyDigest(text)
    const known = remembered.get(hash)
    if (known && clock.monotonic() < known.until && clock.now() < known.expiresAt) return known.actor
    const row = await store.queries.keys.withHash(hash)
    const expiresAt = row?.expires_at ?? Infinity
    if (!row || row.revoked_at !== null || clock.now() >= expiresAt) throw wrongKey(caller.ip)
    const actor: Actor = {
      key: row.id as KeyId,
      application: row.application_id as ApplicationId | null,
      access: row.access === 'read' ? 'read' : 'write',
      featureFlags: featureFlagsOf(row),
    }
    keyUse.note(actor.key)
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    remembered.set(hash, { actor, expiresAt, until: clock.monotonic() + BELIEVED_MS })
    return actor
  }
}
