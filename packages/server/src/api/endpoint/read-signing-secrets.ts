import type { endpointOperations } from '@posthorn/contract'
import { AppError, belonging, canonicalSecret, firstIdAt, publicKeyOf, type SigningProfile } from '#domain'
import { time, timeOrNull } from '../attempt/attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

/** How long a new secret can be read again, for clients that read it in a call of its own (decisions/secrets-are-shown-once). */
const REVEAL_MS = 600_000

/** The signing secret, while it may be read. */
export async function getSigningSecret(
  { clock, vault, settings }: ApiDeps,
  { application, params }: Call<typeof endpointOperations.getSecret>,
): Promise<Answer> {
  const endpoint = existingEndpoint(application, params)
  const newest = endpoint.secrets.find((secret) => secret.expires_at === null)
  if (!newest) throw new AppError('not_found')
  if (settings.secretsReveal === 'once' && clock.now() > newest.created_at + REVEAL_MS) throw new AppError('secret_already_shown')
  const opened = vault.openText(newest.sealed, belonging.endpointSecret(endpoint.id))
  if (!opened.ok)
    throw new AppError('secret_unreadable', {
      detail: `The secret of ${endpoint.id} cannot be opened with this server's master key. Rotate it, or have the operator start Posthorn with the right key.`,
    })
  // Older releases kept what was brought along as it was written.
  const canonical = canonicalSecret(endpoint.signing as SigningProfile, opened.plain)
  return { status: 200, body: { key: publicKeyOf(opened.plain) ?? (canonical.ok ? canonical.secret : opened.plain) } }
}

/** The signing secrets, without their texts. */
export async function listSigningSecrets(
  deps: ApiDeps,
  { application, params }: Call<typeof endpointOperations.listSecrets>,
): Promise<Answer> {
  const endpoint = existingEndpoint(application, params)
  const now = deps.clock.now()
  const data = endpoint.secrets.map(async ({ id, created_at, expires_at }) => {
    const lastUsedAt = await lastSigned(deps, endpoint.id, { from: created_at, until: expires_at ?? Infinity })
    const signing = (expires_at ?? Infinity) > now
    return { id, createdAt: time(created_at), expiresAt: timeOrNull(expires_at), signing, lastUsedAt: timeOrNull(lastUsedAt) }
  })
  return { status: 200, body: { data: await Promise.all(data) } }
}

/** Every secret signs each attempt of its time, so the last attempt of that time is its last use, and nobody has to write that down. */
function lastSigned({ store }: ApiDeps, endpoint: string, { from, until }: { from: number; until: number }): Promise<number | null> {
  const ids = { from: firstIdAt('atmpt', from), until: until < Infinity ? firstIdAt('atmpt', until) : null }
  return store.logs.attempts.lastSigned(endpoint, ids)
}
