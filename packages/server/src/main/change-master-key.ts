import { explainStart, readConfig, type ConfigSources } from '#config'
import { MasterKeyChange } from '#coordination'
import { createFailpoint, systemRandom } from '#platform'
import { StoreRefusedError, type ResealedAmount, type TableProgress } from '#store'
import { StartError } from './ground.ts'

export interface ChangedMasterKey {
  /** The id of the key that opens the store from now on. */
  readonly now: string
  readonly before?: string
  /** Where the old key of the data folder is kept. */
  readonly keptAs?: string
  /** Whether the key is in the data folder; else the operator sets it. */
  readonly isInFolder: boolean
  /** Absent: an earlier change had sealed everything, and only the file of the key was left to be put in place. */
  readonly amount?: ResealedAmount
}

export interface MasterKeyChangeSources extends ConfigSources {
  /** The text of the new key; undefined: one is made, in the data folder. */
  readonly newKey: string | undefined
}

/**
 * Seals all that the store keeps sealed under a new master key, for `posthorn master-key change`, while no server runs. All of it is done in one
 * commit, or nothing; killed at any moment, the next start finds the key that opens the store. Throws `StartError` for what the operator can mend.
 */
export async function changeMasterKey(
  sources: MasterKeyChangeSources,
  progress: (progress: TableProgress) => void,
): Promise<ChangedMasterKey> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const fault = sources.newKey === undefined ? undefined : faultOfKey(sources.newKey.trim())
  if (fault !== undefined) throw new StartError([`The new master key ${fault}. "openssl rand -base64 32" makes one.`])
  const { config } = read
  const { data: folder, databaseUrl: url, masterKey: given } = config
  const failpoint = createFailpoint(sources.environment['POSTHORN_FAILPOINT'])
  const change = new MasterKeyChange({
    ...{ folder, given, next: sources.newKey ?? null, random: systemRandom(), failpoint },
    engine: url === null ? 'sqlite' : 'postgres',
  })
  try {
    const amount =
      url === null
        ? await (await import('#store/sqlite')).resealFile({ folder, change, progress, failpoint })
        : await (await import('#store/postgres')).resealDatabase({ url, change, progress, failpoint })
    return { ...change.outcome, isInFolder: given === null, ...(amount && { amount }) }
  } catch (error) {
    const sentence = error instanceof StoreRefusedError ? error.message : explainStart(error, config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

/** What cannot be a text of one line was decoded with a loss: many keys would become one, and no environment could hold it. */
function faultOfKey(text: string): string | undefined {
  if (text.length < 32) return 'must have at least 32 characters'
  return /[\p{Cc}\ufffd]/u.test(text) ? 'must be one line of text in UTF-8, without control characters' : undefined
}
