import type { Opened } from '#platform'
import { SEALED_PREFIX } from '#platform/plain'
import type { Execute } from '../migrations/migrate.ts'
import type { SqlDialect } from '../migrations/sql-dialect.ts'
import { columnsOf, sealedPlaces, type SealedPlace } from './sealed-places.ts'

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
  /** `leftover`: a file that holds what a database file that is missing or empty has lost. `moved`: what was here before it was moved to PostgreSQL. `moving`: what a move left that was cut short. */
  | { readonly kind: 'none'; readonly leftover?: string; readonly moved?: string; readonly moving?: string }
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

/** Seals a text anew that belongs to what is named. */
export type Reseal = (sealed: string, belonging: string) => Opened<string>

/** Changes the master key of a store that nobody serves meanwhile. */
export interface KeyChange {
  /** Before anything is written there. Null: the store knows the new key already. Throws `StoreRefusedError` to say no. */
  look(found: FoundStore): Promise<Reseal | null>
  /** The store knows the new key, on disk. */
  settle(): Promise<void>
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

/** The check value belongs to stores that know their key. */
const sampledPlaces = Object.values(sealedPlaces).filter((place) => place !== null && place !== sealedPlaces.storeKey) as SealedPlace[]

/** Only reads. */
export async function findStore(dialect: SqlDialect, execute: Execute): Promise<FoundStore> {
  const has = async (table: string) => (await execute(dialect.hasTable(table))).length > 0
  if (!(await has('endpoint_secret'))) return { kind: 'none' }
  if (await has('store_key')) {
    const key = await readStoreKey(execute)
    if (key !== undefined) return { kind: 'keyed', key }
  }
  const sealed: SealedText[] = []
  for (const place of sampledPlaces) {
    const { table, column, key, sampled = 'true' } = place
    const rows = (await execute(
      `select ${columnsOf(place)} from ${table} t where t.${column} like '${SEALED_PREFIX}%' and ${sampled} order by ${key.join(', ')} limit ${SAMPLE}`,
    )) as readonly Record<string, string>[]
    sealed.push(...rows.map((row) => ({ sealed: row[column]!, belonging: place.belonging(row) })))
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
