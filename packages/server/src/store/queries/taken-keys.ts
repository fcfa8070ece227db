import type { StoredIdempotency } from '../records/taken-key.ts'
import type { Tables } from './tables.ts'

/** Keys that make calls, messages and jobs unique. */
export function createTakenKeyQueries({ db }: Tables) {
  return {
    /** What took the key, as `Dedup.ref` says it. */
    refOf: async (scope: string, key: string): Promise<string | undefined> =>
      (await db.selectFrom('dedup').select('ref').where('scope', '=', scope).where('key', '=', key).executeTakeFirst())?.ref,
    /** The call that was made under an Idempotency-Key. */
    call: (key: string): Promise<StoredIdempotency | undefined> =>
      db.selectFrom('idempotency').selectAll().where('key', '=', key).executeTakeFirst(),
  }
}
