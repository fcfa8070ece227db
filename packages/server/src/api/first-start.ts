import { operationalApplication, type ApplicationId, type Ids } from '#domain'
import type { Clock, Random } from '#platform'
import type { StoredApiKey, Store } from '#store'
import { keyDigest, makeKeyText } from './key/key-text.ts'

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
}

export type FirstKey =
  /** Somebody can call already: nothing is to be shown. */
  | { readonly kind: 'there' }
  /** To be shown this once. */
  | { readonly kind: 'made'; readonly text: string }
  /** The configured key would be answered 401, or could not do what it is for. `fault` is for the operator. */
  | { readonly kind: 'unusable'; readonly fault: string }

/**
 * Makes sure that somebody can call the API: the operator's own key (POSTHORN_API_KEY) if one is configured, else one that is made
 * when there is none yet.
 */
export async function ensureFirstKey(deps: Deps, configured: string | null): Promise<FirstKey> {
  const { queries, statements } = deps.store
  const text = configured ?? makeKeyText(deps.random)
  const known = await (configured === null ? queries.keys.any() : queries.keys.withHash(keyDigest(text)))
  if (known) {
    const fault = configured === null ? undefined : faultOf(known, deps.clock.now())
    return fault === undefined ? { kind: 'there' } : { kind: 'unusable', fault: `POSTHORN_API_KEY ${fault}` }
  }
  const id = deps.ids.make('key')
  const now = deps.clock.now()
  const row = {
    id,
    application_id: null,
    name: configured === null ? 'first key' : 'POSTHORN_API_KEY',
    kind: 'key',
    parent_id: null,
    access: 'write',
    feature_flags: null,
    hash: keyDigest(text),
    last4: text.slice(-4),
    created_at: now,
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
  }
  const audit = [
    {
      id: deps.ids.make('aud'),
      at: now,
      application: null,
      actor: 'system',
      action: 'key.created',
      target: id,
      before: null,
      after: JSON.stringify({ name: row.name }),
      ip: null,
    },
  ]
  // Two processes that start at once may both try the configured key: the unique digest lets one in, and it is the same key.
  await deps.store.mutate({ statements: [statements.keys.insert(row)], application: null, audit })
  return configured === null ? { kind: 'made', text } : { kind: 'there' }
}

/** A key that was taken back does not come to life again by being configured: whoever has it would have it too. */
function faultOf({ revoked_at, expires_at, application_id, access }: StoredApiKey, now: number): string | undefined {
  if (revoked_at !== null) return `was revoked at ${new Date(revoked_at).toISOString()}, and stays so. Choose another one, or leave it out.`
  if (expires_at !== null && expires_at <= now)
    return `expired at ${new Date(expires_at).toISOString()}. Choose another one, or leave it out.`
  if (application_id !== null || access !== 'write')
    return 'is a key of one application, or one that may only read; what is set there is a key of the organisation. Choose another one, or leave it out.'
  return undefined
}

/** A fresh install has one application, uid `default`, so that a first listener needs no ceremony. */
export async function ensureDefaultApplication(deps: Deps): Promise<void> {
  const { queries, statements } = deps.store
  if (await queries.applications.anyBeside(operationalApplication.id)) return
  const id: ApplicationId = deps.ids.make('app')
  const now = deps.clock.now()
  const row = {
    id,
    uid: 'default',
    name: 'Default',
    metadata: '{}',
    plan: 'unlimited',
    settings: '{}',
    throttle_rate: null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  const audit = [
    {
      id: deps.ids.make('aud'),
      at: now,
      application: id,
      actor: 'system',
      action: 'application.created',
      target: id,
      before: null,
      after: JSON.stringify({ uid: 'default' }),
      ip: null,
    },
  ]
  await deps.store.mutate({ statements: [statements.applications.insert(row)], application: null, audit })
}
