import { explainStart, readConfig, type ConfigSources } from '#config'
import { createFailpoint, systemClock, type Failpoint } from '#platform'
import { MovedAlreadyError, MoveRefusedError, type MovedAmount, type TableProgress } from '#store'
import { StartError } from './ground.ts'

export interface Moved {
  readonly from: string
  readonly to: 'postgres' | 'sqlite'
  /** What the database file is called from now on, or where it is. */
  readonly keptAs: string
  /** Absent: an earlier move had brought everything, and only its last step was left. */
  readonly amount?: MovedAmount
}

export interface MoveSources extends ConfigSources {
  /** From the database into the data folder. */
  readonly back?: boolean
}

/**
 * Moves the embedded store of the data folder to the PostgreSQL database that the settings name, or back, for `posthorn move`. Nothing ever
 * serves both: killed before its last steps, nothing has happened; killed among them, a repeated move does what is left. Throws `StartError` for
 * what the operator can mend.
 */
export async function moveStore(sources: MoveSources, progress: (progress: TableProgress) => void): Promise<Moved> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { config } = read
  const { data: folder, databaseUrl: url } = config
  if (url === null) {
    throw new StartError([
      sources.back === true
        ? 'Say where from: name the PostgreSQL database with POSTHORN_DATABASE_URL or --database-url.'
        : 'Say where to: name an empty PostgreSQL database with POSTHORN_DATABASE_URL or --database-url.',
    ])
  }
  const move = { folder, url, progress, failpoint: createFailpoint(sources.environment['POSTHORN_FAILPOINT']) }
  try {
    return await (sources.back === true ? toSqlite(move) : toPostgres(move))
  } catch (error) {
    const sentence = error instanceof MoveRefusedError ? error.message : explainStart(error, config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

interface Move {
  readonly folder: string
  readonly url: string
  readonly progress: (progress: TableProgress) => void
  readonly failpoint: Failpoint
}

/** The file is put aside before the commit, and has its last name behind it: where they are cut apart, the repeated move looks where its store is. */
async function toPostgres({ folder, url, progress, failpoint }: Move): Promise<Moved> {
  const [{ readContents }, { fillDatabase }] = await Promise.all([import('#store/sqlite'), import('#store/postgres')])
  const contents = readContents(folder)
  try {
    const amount = await fillDatabase({ url, now: systemClock.now, contents, progress, failpoint }).catch((error: unknown) => {
      if (error instanceof MovedAlreadyError) return undefined
      throw error
    })
    return { from: contents.place, to: 'postgres', keptAs: await contents.retire(), ...(amount && { amount }) }
  } catch (error) {
    await contents.close()
    throw error
  }
}

/** The file comes to its place behind the commit that marks the database: where the two are cut apart, the repeated move has only to place it. */
async function toSqlite({ folder, url, progress, failpoint }: Move): Promise<Moved> {
  const [{ openFolderToFill }, { readDatabase }] = await Promise.all([import('#store/sqlite'), import('#store/postgres')])
  const log = { warn: () => {} }
  const target = openFolderToFill({ folder, clock: systemClock, log, progress })
  const moved = { from: 'the PostgreSQL database', to: 'sqlite', keptAs: target.path } as const
  try {
    const contents = await readDatabase({ url, clock: systemClock })
    let amount: MovedAmount
    try {
      amount = await target.copy(contents, contents.mark)
      failpoint('move.filled')
      await contents.retire()
    } catch (error) {
      await contents.close()
      throw error
    }
    failpoint('move.committed')
    await target.place(contents.mark)
    return { ...moved, amount }
  } catch (error) {
    if (!(error instanceof MovedAlreadyError)) throw error
    if (error.mark !== undefined && (await target.place(error.mark))) return moved
    throw new MoveRefusedError(error.message)
  } finally {
    target.close()
  }
}
