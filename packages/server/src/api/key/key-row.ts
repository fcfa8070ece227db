import type { KeyOut } from '@posthorn/contract'
import type { ApplicationId, KeyId } from '#domain'
import type { StoredApiKey } from '#store'
import type { ApiDeps } from '../deps.ts'
import { keyDigest, makeKeyText } from './key-text.ts'

export interface NewKey {
  readonly kind: KeyOut['kind']
  readonly name: string
  /** Null: the whole organisation. */
  readonly application: ApplicationId | null
  /** With which it ends. */
  readonly parent?: KeyId
  readonly access: 'read' | 'write'
  readonly featureFlags: readonly string[]
  readonly expiresAt: number | null
}

/** A new key: its row, which knows the digest only, and its text, which is shown once. */
export function newKey(
  { ids, clock, random }: Pick<ApiDeps, 'ids' | 'clock' | 'random'>,
  about: NewKey,
): { row: StoredApiKey; text: string } {
  const text = makeKeyText(random)
  const row: StoredApiKey = {
    id: ids.make('key'),
    application_id: about.application,
    kind: about.kind,
    parent_id: about.parent ?? null,
    name: about.name,
    access: about.access,
    feature_flags: about.application === null ? null : JSON.stringify(about.featureFlags),
    hash: keyDigest(text),
    last4: text.slice(-4),
    created_at: clock.now(),
    expires_at: about.expiresAt,
    last_used_at: null,
    revoked_at: null,
  }
  return { row, text }
}

/** Null: all, which is what the organisation sees. An application's key sees none unless it was given them. */
export function featureFlagsOf(row: StoredApiKey): readonly string[] | null {
  return row.application_id === null ? null : (JSON.parse(row.feature_flags ?? '[]') as string[])
}

/** A key as it is shown: without its text. */
export function keyJson(row: StoredApiKey): KeyOut {
  const featureFlags = featureFlagsOf(row)
  return {
    id: row.id,
    kind: row.kind === 'portal' ? 'portal' : 'key',
    name: row.name,
    applicationId: row.application_id,
    access: row.access === 'read' ? 'read' : 'write',
    featureFlags: featureFlags && [...featureFlags],
    last4: row.last4,
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: timeOf(row.expires_at),
    lastUsedAt: timeOf(row.last_used_at),
    revokedAt: timeOf(row.revoked_at),
  }
}

function timeOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
