import { createVault, masterKeyPath, readMasterKey, storeMarkPath, type FoundMasterKey, type MasterKey, type Random } from '#platform'

/** Where a store and its key are. */
export interface KeyPlace {
  /** The data folder: of the key, unless it is given, and of the mark. */
  readonly folder: string
  /** POSTHORN_MASTER_KEY. */
  readonly given: string | null
  readonly engine: 'sqlite' | 'postgres'
  readonly random: Random
}

/** What the operator reads: what is wrong, where it was looked for, and what can be done. */
export function refusalWords({ folder, given, engine, random }: KeyPlace) {
  const path = masterKeyPath(folder)
  const store = engine === 'sqlite' ? `The database in ${folder}` : 'The PostgreSQL database (POSTHORN_DATABASE_URL)'
  const source = given === null ? path : 'POSTHORN_MASTER_KEY'
  const lost = `If the key is lost for good, "posthorn serve --new-key" goes on without it; then every secret has to be set anew.`
  const under = (ids: readonly string[]) => `was sealed under the master key ${ids.join(' or ')}`

  /** Who set one and has the other beside it learns which is right. */
  const hint = async (ids: readonly string[]): Promise<string> => {
    if (given === null) return ''
    const beside = await readMasterKey(folder).catch((): FoundMasterKey => ({ kind: 'none' }))
    if (beside.kind !== 'key' || !ids.includes(createVault([beside.key], random).keyId)) return ''
    return ` The key in ${path} is the right one: unset POSTHORN_MASTER_KEY to use it.`
  }

  return {
    storeThere: `${store} holds a store already, and --new begins one only where there is none. Start without --new; or give the new store a place of its own.`,
    leftover: (file: string) =>
      `${file} still holds data of a database whose main file is missing or empty. Put that file back beside it; or move all files of the database away before you begin anew.`,
    movingStore: (place: string) =>
      `A move of the store of ${folder} was cut short, and left ${place}. Repeat it: posthorn move (with --back, if it was that). To begin a new, empty store here: posthorn serve --new`,
    movedStore: (mark: string, file: string) =>
      `The store ${mark} of ${folder} was moved to PostgreSQL, and its file is ${file} now. Set POSTHORN_DATABASE_URL to that database. To begin a new, empty store here: posthorn serve --new`,
    lostStore: (mark: string) =>
      engine === 'sqlite'
        ? `${folder} has held the store ${mark} (${storeMarkPath(folder)}), and its database posthorn.db is missing or empty. Put the database back, from a backup if need be; or check POSTHORN_DATA and POSTHORN_DATABASE_URL. To begin a new, empty store there: posthorn serve --new`
        : `${store} is empty, and the key in ${folder} was used for the store ${mark} (${storeMarkPath(folder)}). Check POSTHORN_DATABASE_URL. To begin a new store there: posthorn serve --new`,
    noKey: (ids: readonly string[]) =>
      `${store} ${ids.length === 0 ? 'has been used' : under(ids)}, and there is no key: ${path} is missing, and POSTHORN_MASTER_KEY is not set. Put the key back, or set POSTHORN_MASTER_KEY to it. ${lost}`,
    anotherKey: async (ids: readonly string[], key: MasterKey) =>
      `${store} ${under(ids)}, and ${source} gives another one (${key.id}). Start with the right key.${await hint(ids)} ${lost}`,
    noStoreYet: `${store} has not been used by this release yet, so there is no key to change. Start the server on it once; or look whether POSTHORN_DATA and POSTHORN_DATABASE_URL are right.`,
    sayNewKey: `The present key is given by POSTHORN_MASTER_KEY, so the new one is yours to make and to keep: name a file that holds it with --new-key-file.`,
    sameKey: (id: string) => `The new key is the present one (${id}). "openssl rand -base64 32" makes another.`,
    slower: (id: string) =>
      `Another process began the store at the same time, under the master key ${id}. Give all processes the same POSTHORN_MASTER_KEY, and start this one again.`,
  }
}
