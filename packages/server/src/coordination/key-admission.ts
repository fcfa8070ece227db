import { resolve } from 'node:path'
import { belonging } from '#domain'
import {
  createVault,
  makeMasterKey,
  masterKeyFromText,
  masterKeyPath,
  readMasterKey,
  readStoreMark,
  storeMarkPath,
  writeStoreMark,
  type Failpoint,
  type FoundMasterKey,
  type Log,
  type MasterKey,
  type Random,
  type Vault,
} from '#platform'
import { StoreRefusedError, type Admission, type FoundStore, type StoreKey } from '#store'

export interface KeyAdmissionOptions {
  /** The data folder: of the key, unless it is given, and of the mark. */
  readonly folder: string
  /** POSTHORN_MASTER_KEY. */
  readonly given: string | null
  readonly engine: 'sqlite' | 'postgres'
  /** What the operator says by hand: begin a new store where one has been, or go on without what only the old key opens. */
  readonly intent: 'new' | 'new_key' | null
  readonly random: Random
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly failpoint: Failpoint
}

export interface KeyAdmission extends Admission {
  /** The vault of the key that the store was opened with. To be asked for when the store is open. */
  vault(): Vault
  /** Where a new store was begun, if one was: whoever did not mean that is in the wrong folder, or at the wrong database. */
  readonly began: string | undefined
  /** Remembers beside the key that it has been used: from now on it belongs to this store. */
  remember(): Promise<void>
}

/** The text whose opening shows that a key is the right one. */
const CHECK = 'posthorn'

/**
 * Holds the key against the store, before anything is written there. A key is made only where there is no store, and nothing says that
 * there was one; so neither a key that is away nor a database that is away looks like a first start.
 *
 * At a first start, each of these is on disk before the next: the key, the store with its check value, `store.id`. Killed between any two,
 * the next start goes on: a key without `store.id` may be used for a new store, and a store that knows this key gets its `store.id`.
 */
export function createKeyAdmission(options: KeyAdmissionOptions): KeyAdmission {
  const { given, engine, intent, random, log, failpoint } = options
  const folder = resolve(options.folder)
  // With PostgreSQL and a given key the folder is not used at all.
  const remembers = engine === 'sqlite' || given === null
  const words = wordsOf({ ...options, folder })
  let vault: Vault | undefined
  let storeId: string | undefined
  let mark: string | undefined
  let began: string | undefined

  const theKey = async (): Promise<MasterKey | undefined> =>
    given === null ? keyIn(await readMasterKey(folder)) : masterKeyFromText(given)

  const made = async (): Promise<MasterKey> => {
    const key = keyIn(await makeMasterKey(folder, random))
    if (key === undefined) throw new StoreRefusedError(`${masterKeyPath(folder)} was removed while Posthorn started.`)
    return key
  }

  /** A store that knows this key from now on. */
  const keyed = (key: MasterKey, of: { readonly storeId?: string; readonly replaces?: boolean } = {}) => {
    vault = createVault([key], random)
    storeId = of.storeId ?? Buffer.from(random.fill(new Uint8Array(12))).toString('hex')
    return { storeId, sealed: vault.seal(CHECK, belonging.storeKey(storeId)), replaces: of.replaces ?? false }
  }

  const opens = (key: MasterKey, { storeId, sealed }: StoreKey): boolean =>
    createVault([key], random).open(sealed, belonging.storeKey(storeId)).ok

  const lookAtNone = async ({ leftover }: Extract<FoundStore, { kind: 'none' }>) => {
    if (leftover !== undefined) throw new StoreRefusedError(words.leftover(leftover))
    if (mark !== undefined && intent !== 'new') throw new StoreRefusedError(words.lostStore(mark))
    began = engine === 'sqlite' ? folder : 'PostgreSQL'
    return keyed((await theKey()) ?? (await made()))
  }

  const lookAtKeyless = async ({ sealed }: Extract<FoundStore, { kind: 'keyless' }>) => {
    if (sealed.length === 0 && mark !== undefined && intent !== 'new') throw new StoreRefusedError(words.lostStore(mark))
    if (sealed.length > 0 && intent === 'new') throw new StoreRefusedError(words.storeThere)
    const key = await theKey()
    const ids = [...new Set(sealed.map((one) => keyIdOf(one.sealed)))]
    if (key === undefined) {
      if (intent !== 'new_key') throw new StoreRefusedError(words.noKey(ids))
      return keyed(await made())
    }
    const trial = createVault([key], random)
    const fits = sealed.length === 0 || sealed.some((one) => trial.open(one.sealed, one.belonging).ok)
    if (!fits && intent !== 'new_key') throw new StoreRefusedError(await words.anotherKey(ids, key))
    return keyed(key)
  }

  const lookAtKeyed = async ({ key: kept }: Extract<FoundStore, { kind: 'keyed' }>) => {
    if (intent === 'new') throw new StoreRefusedError(words.storeThere)
    const key = await theKey()
    const id = keyIdOf(kept.sealed)
    if (key !== undefined && opens(key, kept)) {
      vault = createVault([key], random)
      storeId = kept.storeId
      return null
    }
    if (intent === 'new_key') return keyed(key ?? (await made()), { storeId: kept.storeId, replaces: true })
    throw new StoreRefusedError(key === undefined ? words.noKey([id]) : await words.anotherKey([id], key))
  }

  return {
    async look(found) {
      mark = remembers ? await readStoreMark(folder) : undefined
      const keep = await (found.kind === 'none' ? lookAtNone(found) : found.kind === 'keyless' ? lookAtKeyless(found) : lookAtKeyed(found))
      failpoint('start.admitted')
      return keep
    },
    confirm(kept) {
      failpoint('start.checked')
      // Two first nodes with different keys: the one whose check value was kept decides.
      if (!vault!.open(kept.sealed, belonging.storeKey(kept.storeId)).ok) throw new StoreRefusedError(words.slower(keyIdOf(kept.sealed)))
      storeId = kept.storeId
      if (began !== undefined) log.info('store.begun', { place: began, store: storeId })
    },
    get began() {
      return began
    },
    vault() {
      if (vault === undefined) throw new Error('the store was not opened with this admission')
      return vault
    },
    async remember() {
      if (!remembers || mark === storeId) return
      if (mark !== undefined) log.warn('store.id.changed', { before: mark, now: storeId })
      try {
        await writeStoreMark(folder, storeId!, random)
      } catch (error) {
        // A key may be mounted where nothing can be written; only the embedded store has to write there.
        if (engine === 'sqlite') throw error
        log.warn('store.id.unwritten', { path: storeMarkPath(folder), error })
      }
      failpoint('start.marked')
    },
  }
}

function keyIn(found: FoundMasterKey): MasterKey | undefined {
  if (found.kind === 'unusable') throw new StoreRefusedError(found.reason)
  return found.kind === 'key' ? found.key : undefined
}

/** The id of the key that sealed it; it is no secret. */
function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? 'unknown'
}

/** What the operator reads: what is wrong, where it was looked for, and what can be done. */
function wordsOf({ folder, given, engine, random }: KeyAdmissionOptions) {
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
    lostStore: (mark: string) =>
      engine === 'sqlite'
        ? `${folder} has held the store ${mark} (${storeMarkPath(folder)}), and its database posthorn.db is missing or empty. Put the database back, from a backup if need be; or check POSTHORN_DATA and POSTHORN_DATABASE_URL. To begin a new, empty store there: posthorn serve --new`
        : `${store} is empty, and the key in ${folder} was used for the store ${mark} (${storeMarkPath(folder)}). Check POSTHORN_DATABASE_URL. To begin a new store there: posthorn serve --new`,
    noKey: (ids: readonly string[]) =>
      `${store} ${ids.length === 0 ? 'has been used' : under(ids)}, and there is no key: ${path} is missing, and POSTHORN_MASTER_KEY is not set. Put the key back, or set POSTHORN_MASTER_KEY to it. ${lost}`,
    anotherKey: async (ids: readonly string[], key: MasterKey) =>
      `${store} ${under(ids)}, and ${source} gives another one (${key.id}). Start with the right key.${await hint(ids)} ${lost}`,
    slower: (id: string) =>
      `Another process began the store at the same time, under the master key ${id}. Give all processes the same POSTHORN_MASTER_KEY, and start this one again.`,
  }
}
