import { explainStart, readConfig, type ConfigSources } from '#config'
import { createFailpoint, systemClock, type Failpoint } from '#platform'
import { MovedAlreadyError, MoveRefusedError, type MovedAmount, type TableProgress } from '#store'
import { StartError } from './ground.ts'

export interface Moved {
  readonly from: string
  /** What the database file is called from now on. */
  readonly keptAs: string
  /** Absent: an earlier move had brought everything, and only the file was left to be put aside. */
  readonly amount?: MovedAmount
}

/**
 * Moves the embedded store of the data folder to the PostgreSQL database that the settings name, for `posthorn move`. All of it is there in
 * one commit; only then is the file put aside, so that nothing serves both. Killed before the commit, nothing has happened; killed behind it,
 * a repeated move puts the file aside. Throws `StartError` for what the operator can mend.
 */
export async function moveStore(sources: ConfigSources, progress: (progress: TableProgress) => void): Promise<Moved> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { config } = read
  const { data: folder, databaseUrl: url } = config
  if (url === null) {
    throw new StartError(['Say where to: name an empty PostgreSQL database with POSTHORN_DATABASE_URL or --database-url.'])
  }
  try {
    return await move({ folder, url, progress, failpoint: createFailpoint(sources.environment['POSTHORN_FAILPOINT']) })
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

async function move({ folder, url, progress, failpoint }: Move): Promise<Moved> {
  const [{ readContents }, { fillDatabase }] = await Promise.all([import('#store/sqlite'), import('#store/postgres')])
  const contents = readContents(folder)
  try {
    const amount = await fillDatabase({ url, now: systemClock.now, contents, progress, failpoint }).catch((error: unknown) => {
      if (error instanceof MovedAlreadyError) return undefined
      throw error
    })
    return { from: contents.place, keptAs: await contents.retire(), ...(amount && { amount }) }
  } catch (error) {
    contents.close()
    throw error
  }
}
