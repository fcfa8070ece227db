import { lockedOutLink } from '#api'
import { explainStart, readConfig, type ConfigSources } from '#config'
import { createVault, masterKeyFromText, readMasterKey, systemClock, systemRandom, type MasterKey } from '#platform'
import { StartError } from './ground.ts'

/**
 * A link that makes whoever opens it an owner, for `posthorn link`. It is sealed with the master key that the running server has; the
 * store is not touched, so the server may run beside it, on either engine.
 */
export async function makeLink(sources: ConfigSources): Promise<string> {
  const read = readConfig(sources)
  if (read.kind === 'faults') throw new StartError(read.faults)
  const { data, masterKey, publicUrl, host, port } = read.config
  const random = systemRandom()
  try {
    const key = masterKey === null ? await keyOf(data) : masterKeyFromText(masterKey)
    const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' || host === '::1' ? 'localhost' : host
    return lockedOutLink({ vault: createVault([key], random), random, clock: systemClock, apiUrl: publicUrl ?? `http://${shown}:${port}` })
  } catch (error) {
    const sentence = error instanceof StartError ? undefined : explainStart(error, read.config)
    throw sentence === undefined ? error : new StartError([sentence])
  }
}

async function keyOf(folder: string): Promise<MasterKey> {
  const found = await readMasterKey(folder)
  if (found.kind === 'key') return found.key
  if (found.kind === 'unusable') throw new StartError([found.reason])
  throw new StartError([
    `There is no master key in ${folder}. Start the server once, and run this with its settings: the same --data, or POSTHORN_MASTER_KEY.`,
  ])
}
