import { operationalApplication, type ApplicationId, type Ids } from '#domain'
import type { Clock, Random } from '#platform'
import type { Store } from '#store'
import { keyDigest, makeKeyText } from './key/key-text.ts'

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
}

/**
 * Makes sure that somebody can call the API: the operator's own key (POSTHORN_API_KEY) if one is configured, else one that is made
 * when there is none yet, and returned to be shown this once.
 */
export async function ensureFirstKey(deps: Deps, configured: string | null): Promise<string | undefined> {
  const { db } = deps.store
  const text = configured ?? makeKeyText(deps.random)
  const known =
    configured === null ? db.selectFrom('api_key').select('id') : db.selectFrom('api_key').select('id').where('hash', '=', keyDigest(text))
  if (await known.limit(1).executeTakeFirst()) return undefined
  const id = deps.ids.make('key')
  const now = deps.clock.now()
  const row = {
    id,
    application_id: null,
    name: configured === null ? 'first key' : 'POSTHORN_API_KEY',
    kind: 'key',
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
  await deps.store.mutate({ statements: [{ query: db.insertInto('api_key').values(row).compile() }], application: null, audit })
  return configured === null ? text : undefined
}

/** A fresh install has one application, uid `default`, so that a first listener needs no ceremony. */
export async function ensureDefaultApplication(deps: Deps): Promise<void> {
  const { db } = deps.store
  if (await db.selectFrom('application').select('id').where('id', '<>', operationalApplication.id).limit(1).executeTakeFirst()) return
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
  await deps.store.mutate({ statements: [{ query: db.insertInto('application').values(row).compile() }], application: null, audit })
}
