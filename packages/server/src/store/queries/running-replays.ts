import { sql } from 'kysely'
import type { ReplayTable } from '../schema.ts'
import type { Tables } from './tables.ts'

/** Replays that go on, those first whose step is due first. `wait`: milliseconds until then, by the clock that steps are held against. */
export function runningReplays(
  { db, engine }: Pick<Tables, 'db' | 'engine'>,
  now: number,
  most: number,
): Promise<(ReplayTable & { readonly wait: number })[]> {
  const storeNow = engine === 'postgres' ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)` : sql<number>`${now}`
  return db
    .selectFrom('replay')
    .selectAll()
    .select(sql<number>`next_at - ${storeNow}`.as('wait'))
    .where('status', '=', 'running')
    .orderBy('next_at')
    .limit(most)
    .execute()
}
