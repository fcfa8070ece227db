import { belonging } from '#domain/plain'

/** A column that holds sealed texts. */
export interface SealedPlace {
  readonly table: string
  readonly column: string
  /** Of text. Rows are walked through in their order. */
  readonly key: readonly string[]
  /** What else of a row says whose text it is. */
  readonly owner?: string
  belonging(row: Readonly<Record<string, string>>): string
  /** SQL: rows whose text nobody waits for, so that it may stay closed. */
  readonly idle: string
  /** SQL: rows in which a few texts are looked for at a start, where not in all. */
  readonly sampled?: string
}

const deletedIn = (column: string) => `exists (select 1 from application a where a.id = t.${column} and a.deleted_at is not null)` as const

/**
 * Where the store keeps what the vault has sealed, by what it is bound to; null: it is handed out, and kept nowhere. Whoever adds a
 * `belonging` says so here, or it would not open any more once the master key was changed.
 */
export const sealedPlaces: Readonly<Record<keyof typeof belonging, SealedPlace | null>> = {
  endpointSecret: {
    ...{ table: 'endpoint_secret', column: 'sealed', key: ['id'], owner: 'endpoint_id' },
    belonging: (row) => belonging.endpointSecret(row['endpoint_id']!),
    idle: `t.expires_at is not null or exists (select 1 from endpoint t2 where t2.id = t.endpoint_id and t2.deleted_at is not null)
      or exists (select 1 from endpoint t2 join application a on a.id = t2.application_id where t2.id = t.endpoint_id and a.deleted_at is not null)`,
  },
  endpointHeaders: {
    ...{ table: 'endpoint', column: 'headers', key: ['id'] },
    belonging: (row) => belonging.endpointHeaders(row['id']!),
    idle: `t.deleted_at is not null or ${deletedIn('application_id')}`,
  },
  listenerAuth: {
    ...{ table: 'listener', column: 'auth', key: ['id'] },
    belonging: (row) => belonging.listenerAuth(row['id']!),
    idle: `t.deleted_at is not null or ${deletedIn('application_id')}`,
  },
  secret: {
    ...{ table: 'secret', column: 'sealed', key: ['application_id', 'name'] },
    belonging: (row) => belonging.secret(row['application_id']!, row['name']!),
    idle: deletedIn('application_id'),
  },
  stepRequest: {
    ...{ table: 'delivery', column: 'request', key: ['id'] },
    belonging: (row) => belonging.stepRequest(row['id']!),
    idle: 't.finished_at is not null',
    // Their log may be long.
    sampled: 't.id in (select delivery from task)',
  },
  idempotency: {
    ...{ table: 'idempotency', column: 'body', key: ['key'] },
    belonging: (row) => belonging.idempotency(row['key']!),
    // Nobody can set an answer anew, and it is kept for hours.
    idle: 'true',
  },
  storeKey: {
    ...{ table: 'store_key', column: 'sealed', key: ['store_id'] },
    belonging: (row) => belonging.storeKey(row['store_id']!),
    idle: 'false',
  },
  ownerLink: null,
  begunSignIn: null,
}

/** What says whose text it is, and the text; of the table as `t`. */
export function columnsOf({ key, owner, column }: SealedPlace): string {
  return [...key, ...(owner === undefined ? [] : [owner]), column].map((name) => `t.${name}`).join(', ')
}
