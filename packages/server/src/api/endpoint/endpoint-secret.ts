import { endpointOperations } from '@posthorn/contract'
import {
  AppError,
  belonging,
  canonicalSecret,
  checkSecret,
  firstIdAt,
  generateSecret,
  limits,
  publicKeyOf,
  secretOverlapSecondsDefault,
  type SigningProfile,
} from '#domain'
import { time, timeOrNull } from '../attempt/attempt-json.ts'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { updateEvents } from './endpoint-events.ts'
import { existingEndpoint } from './find-endpoint.ts'

/** How long a new secret can be read again, for clients that read it in a call of its own (decisions/secrets-are-shown-once). */
const REVEAL_MS = 600_000

/** Reading a signing secret while that is allowed, and making a new one. */
export function endpointSecretRoutes(deps: ApiDeps): Route[] {
  const { clock, vault } = deps
  const { db } = deps.store
  const operations = endpointOperations

  return [
    route(operations.getSecret, async ({ application, params }) => {
      const endpoint = existingEndpoint(application, params)
      const newest = endpoint.secrets.find((secret) => secret.expires_at === null)
      if (!newest) throw new AppError('not_found')
      if (deps.settings.secretsReveal === 'once' && clock.now() > newest.created_at + REVEAL_MS) throw new AppError('secret_already_shown')
      const opened = vault.openText(newest.sealed, belonging.endpointSecret(endpoint.id))
      if (!opened.ok)
        throw new AppError('secret_unreadable', {
          detail: `The secret of ${endpoint.id} cannot be opened with this server's master key. Rotate it, or have the operator start Posthorn with the right key.`,
        })
      // Older releases kept what was brought along as it was written.
      const canonical = canonicalSecret(endpoint.signing as SigningProfile, opened.plain)
      return { status: 200, body: { key: publicKeyOf(opened.plain) ?? (canonical.ok ? canonical.secret : opened.plain) } }
    }),
    route(operations.listSecrets, async ({ application, params }) => {
      const endpoint = existingEndpoint(application, params)
      const now = clock.now()
      const data = endpoint.secrets.map(async ({ id, created_at, expires_at }) => {
        const lastUsedAt = await lastSigned(deps, endpoint.id, { from: created_at, until: expires_at ?? Infinity })
        const signing = (expires_at ?? Infinity) > now
        return { id, createdAt: time(created_at), expiresAt: timeOrNull(expires_at), signing, lastUsedAt: timeOrNull(lastUsedAt) }
      })
      return { status: 200, body: { data: await Promise.all(data) } }
    }),
    route(operations.rotateSecret, async (call) => {
      const secret = await changeApplication(deps, call, (application) => {
        const endpoint = existingEndpoint(application, call.params)
        const profile = endpoint.signing as SigningProfile
        const made = makeSecret(deps, endpoint.id, { profile, given: call.body.key, pointer: '/key' })
        const now = clock.now()
        const overlapSeconds = call.body.gracePeriodSeconds ?? secretOverlapSecondsDefault(profile)
        const until = now + overlapSeconds * 1000
        const signing = endpoint.secrets.filter((one) => (one.expires_at ?? Infinity) > now)
        if (overlapSeconds > 0 && signing.length >= limits.secretsSigningMax) {
          throw new AppError('limit_reached', {
            detail: `${signing.length - 1} old secrets sign already. Wait until one ends, or rotate with "gracePeriodSeconds": 0.`,
          })
        }
        const ofEndpoint = db.updateTable('endpoint_secret').set({ expires_at: until }).where('endpoint_id', '=', endpoint.id)
        const expired = db.deleteFrom('endpoint_secret').where('endpoint_id', '=', endpoint.id)
        return {
          statements: [
            { query: ofEndpoint.where('expires_at', 'is', null).compile() },
            // "At once" means every old secret, also those of an overlap that an earlier rotation allowed.
            { query: (overlapSeconds === 0 ? expired : expired.where('expires_at', '<=', now)).compile() },
            { query: db.insertInto('endpoint_secret').values(made.row).compile() },
          ],
          action: 'endpoint.secret_rotated',
          target: endpoint.id,
          before: { secretsSigning: signing.length },
          after: { secretsSigning: overlapSeconds === 0 ? 1 : signing.length + 1, oldSecretUntil: new Date(until).toISOString() },
          tells: updateEvents(endpoint, endpoint),
          result: made.text,
        }
      })
      return call.query.with_secret ? { status: 200, body: { secret } } : { status: 204 }
    }),
  ]
}

/** Every secret signs each attempt of its time, so the last attempt of that time is its last use, and nobody has to write that down. */
async function lastSigned({ store }: ApiDeps, endpoint: string, { from, until }: { from: number; until: number }): Promise<number | null> {
  let select = store.db
    .selectFrom('attempt')
    .select('started_at')
    .where('endpoint_id', '=', endpoint)
    .where('id', '>=', firstIdAt('atmpt', from))
    .where('request_headers', '<>', '[]') // refused before it was signed
    .orderBy('id', 'desc')
    .limit(1)
  if (until < Infinity) select = select.where('id', '<', firstIdAt('atmpt', until))
  return (await select.executeTakeFirst())?.started_at ?? null
}

/** Makes, or takes, the secret of an endpoint. The text leaves here once; the row holds it sealed. `pointer`: where a given one stands. */
export function makeSecret(
  deps: ApiDeps,
  endpoint: string,
  { profile, given, pointer }: { profile: SigningProfile; given: string | null | undefined; pointer: string },
) {
  const checked = given == null ? undefined : checkSecret(profile, given)
  if (checked && !checked.ok) {
    const wayOut = 'Leave it out to have one made.'
    throw new AppError('validation_error', {
      fields: checked.faults.map((fault) => ({ ...fault, pointer, message: `${fault.message} ${wayOut}` })),
    })
  }
  const text = checked?.ok ? checked.value : generateSecret(profile, (target) => deps.random.fill(target))
  const now = deps.clock.now()
  const row = {
    id: deps.ids.make('sec'),
    endpoint_id: endpoint,
    sealed: deps.vault.seal(text, belonging.endpointSecret(endpoint)),
    created_at: now,
    expires_at: null,
  }
  return { text, row }
}
