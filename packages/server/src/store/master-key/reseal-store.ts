import type { Query } from '../kysely-dialect.ts'
import { isCurrent, MOVED, MovedDatabaseError } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import type { SqlDialect } from '../migrations/sql-dialect.ts'
import { resealTexts, type ResealedAmount } from './reseal-texts.ts'
import { findStore, StoreRefusedError, type KeyChange } from './store-key.ts'
import type { TableProgress } from '../table-progress.ts'

export type { ResealedAmount }

/** What an engine lends for a change of the master key. */
export interface ResealTarget {
  readonly dialect: SqlDialect
  readonly query: Query
  readonly change: KeyChange
  readonly progress: (progress: TableProgress) => void
  /** Keeps all that `work` writes, or nothing. `work` calls `begun` before its first write, if there is one. */
  transaction<T>(work: (begun?: () => Promise<void>) => Promise<T>): Promise<T>
}

/** Null: the store knows the new key already. */
export function resealStore({ dialect, query, change, progress, transaction }: ResealTarget): Promise<ResealedAmount | null> {
  return transaction(async (begun) => {
    const execute = async (sql: string) => (await query(sql, [])) as Record<string, unknown>[]
    const found = await findStore(dialect, execute)
    if (found.kind === 'keyed') await refuseOtherRelease(execute)
    const reseal = await change.look(found)
    if (reseal === null) return null
    await begun?.()
    return resealTexts({ query, reseal, progress })
  })
}

/** One of before or after keeps sealed texts at other places. */
async function refuseOtherRelease(execute: (sql: string) => Promise<readonly Record<string, unknown>[]>): Promise<void> {
  const rows = await execute('select version, name from migration order by version')
  if (rows.some(({ name }) => name === MOVED.name)) throw new MovedDatabaseError()
  const versions = rows.map(({ version }) => Number(version))
  if (!isCurrent(versions, migrations))
    throw new StoreRefusedError('The store was made by another release. Start this one on it once, stop it, and repeat the change.')
}
