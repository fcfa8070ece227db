import { belonging } from '#domain/plain'
import type { Execute } from './migrations/migrate.ts'
import type { SqlDialect } from './migrations/sql-dialect.ts'

/** What a store keeps to know its master key by. */
export interface StoreKey {
  readonly storeId: string
  /** Opens with the store's master key, and with no other. */
  readonly sealed: string
}

export interface SealedText {
  readonly sealed: string
  readonly belonging: string
}

/** What stands where a store should be, as it is found before anything is written there. */
export type FoundStore =
  /** `leftover`: a file that holds what a database file that is missing or empty has lost. `moved`: what was here before it was moved to PostgreSQL. */
  | { readonly kind: 'none'; readonly leftover?: string; readonly moved?: string }
  /** Made by a release before stores knew their keys, or at a first start that was cut short: then nothing is sealed. */
  | { readonly kind: 'keyless'; readonly sealed: readonly SealedText[] }
  | { readonly kind: 'keyed'; readonly key: StoreKey }

/** Decides whether this process may have the store. All of it throws `StoreRefusedError` to say no. */
export interface Admission {
  /** Before anything is written, migrations among it. Returns what the store is to keep from now on; null: what it has. */
  look(found: FoundStore): Promise<(StoreKey & { readonly replaces: boolean }) | null>
  /** After `look` gave a key to be kept: what the store has now, which is another process's if that one was faster. */
  confirm(kept: StoreKey): void
}

/** This process may not have this store. The sentence says why, and the way out. */
export class StoreRefusedError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'StoreRefusedError'
  }
}

/** How many of each kind are tried: some may be of another key, or damaged. */
const SAMPLE = 20

/** Where a store from before has sealed texts, and what each is bound to. */
const sealedTexts: readonly { readonly sql: string; readonly owner: (row: Record<string, string>) => string }[] = [
  { sql: 'select sealed, endpoint_id as a from endpoint_secret order by id', owner: ({ a }) => belonging.endpointSecret(a!) },
  { sql: 'select auth as sealed, id as a from listener order by id', owner: ({ a }) => belonging.listenerAuth(a!) },
  { sql: 'select sealed, application_id as a, name as b from secret', owner: ({ a, b }) => belonging.secret(a!, b!) },
  {
    sql: 'select headers as sealed, id as a from endpoint where headers is not null order by id',
    owner: ({ a }) => belonging.endpointHeaders(a!),
  },
  {
    sql: 'select body as sealed, key as a from idempotency where body is not null',
    owner: ({ a }) => belonging.idempotency(a!),
  },
]
/** Their log may be long, so only live ones are looked for. */
const sealedTasks = `select d.request as sealed, d.id as a from task t join delivery d on d.id = t.delivery where d.request is not null`

/** Only reads. */
export async function findStore(dialect: SqlDialect, execute: Execute): Promise<FoundStore> {
  const has = async (table: string) => (await execute(dialect.hasTable(table))).length > 0
  if (!(await has('endpoint_secret'))) return { kind: 'none' }
  if (await has('store_key')) {
    const key = await readStoreKey(execute)
    if (key !== undefined) return { kind: 'keyed', key }
  }
  const sealed: SealedText[] = []
  for (const { sql, owner } of [
    ...sealedTexts,
    { sql: sealedTasks, owner: ({ a }: Record<string, string>) => belonging.stepRequest(a!) },
  ]) {
    const rows = (await execute(`${sql} limit ${SAMPLE}`)) as readonly Record<string, string>[]
    sealed.push(...rows.map((row) => ({ sealed: row['sealed']!, belonging: owner(row) })))
  }
  return { kind: 'keyless', sealed }
}

/** Keeps it if the store has none yet; what the store has then is confirmed. */
export async function keepStoreKey(
  execute: Execute,
  { storeId, sealed, replaces, now }: StoreKey & { readonly replaces: boolean; readonly now: number },
): Promise<StoreKey> {
  const taken = replaces ? 'do update set store_id = excluded.store_id, sealed = excluded.sealed' : 'do nothing'
  await execute(
    `insert into store_key (id, store_id, sealed, created_at) values (1, '${storeId}', '${sealed}', ${now}) on conflict (id) ${taken}`,
  )
  return (await readStoreKey(execute))!
}

async function readStoreKey(execute: Execute): Promise<StoreKey | undefined> {
  const [row] = await execute('select store_id, sealed from store_key where id = 1')
  return row && { storeId: String(row['store_id']), sealed: String(row['sealed']) }
}
