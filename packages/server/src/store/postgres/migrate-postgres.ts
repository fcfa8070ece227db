import pg from 'pg'
import { migrate, type Execute, type MigrationTarget } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import { postgresDialect } from '../migrations/sql-dialect.ts'
import { findStore, keepStoreKey, type Admission } from '../master-key/store-key.ts'
import { installFunctions, rowTypeOids } from './functions/install.ts'

/** An advisory lock of the database: one process migrates, the others wait. The number is any that nobody else uses. */
export const MIGRATION_LOCK = 7_678_467_846
const CONNECT_MS = 5000

export interface MigrateOptions {
  readonly url: string
  readonly now: () => number
  /** Absent in tests: whoever opens the database may have it. */
  readonly admission?: Admission | undefined
}

export interface Migrated {
  /** Identifiers of our row types. */
  readonly rowTypes: ReadonlyMap<string, number>
  /** The check value of the key that this process was admitted with. */
  readonly admitted: string | undefined
}

/** Brings the database to the newest version, if this process may have it. */
export async function migratePostgres({ url, now, admission }: MigrateOptions): Promise<Migrated> {
  const client = new pg.Client({ connectionString: url, application_name: 'posthorn migrate', connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    await refuseOldServer(client)
    const exclusively: MigrationTarget['exclusively'] = async (work) => {
      await client.query('begin')
      try {
        await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
        const result = await work(executeOn(client))
        await client.query('commit')
        return result
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      }
    }
    const found = admission && (await exclusively((execute) => findStore(postgresDialect, execute)))
    const keep = found && (await admission.look(found))
    await migrate({ dialect: postgresDialect, now, exclusively }, migrations)
    const kept = keep && (await exclusively((execute) => keepStoreKey(execute, { ...keep, now: now() })))
    if (kept) admission!.confirm(kept)
    await exclusively(installFunctions)
    const known = kept ?? (found?.kind === 'keyed' ? found.key : undefined)
    return { rowTypes: await rowTypeOids(executeOn(client)), admitted: known?.sealed }
  } finally {
    await client.end()
  }
}

/** 14, whose functions may be written in standard SQL; an older one would refuse a statement in words that help nobody. */
const OLDEST = 14

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version",
  )
  const { number, version } = rows[0]!
  if (Number(number) < OLDEST * 10_000) {
    throw Object.assign(new Error(`which is PostgreSQL ${version}. Posthorn needs ${OLDEST} or newer.`), { code: 'OLD_POSTGRES' })
  }
}

function executeOn(client: pg.Client): Execute {
  return async (sql) => (await client.query(sql)).rows as Record<string, unknown>[]
}
