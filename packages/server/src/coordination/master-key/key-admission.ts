import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { belonging } from '#domain'
import {
  createVault,
  makeMasterKey,
  masterKeyFromText,
  masterKeyPath,
  readMasterKey,
  readNextMasterKey,
  readStoreMark,
  storeMarkPath,
  takeNextMasterKey,
  writeStoreMark,
  type Failpoint,
  type Log,
  type MasterKey,
  type Vault,
} from '#platform'
import { StoreRefusedError, type Admission, type FoundStore, type StoreKey } from '#store'
import { keyIdOf, keyIn, opensStore } from './key-of-store.ts'
import { refusalWords, type KeyPlace } from './refusal-words.ts'

export interface KeyAdmissionOptions extends KeyPlace {
  /** What the operator says by hand: begin a new store where one has been, or go on without what only the old key opens. */
  readonly intent: 'new' | 'new_key' | null
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly failpoint: Failpoint
}

/** The text whose opening shows that a key is the right one. */
const CHECK = 'posthorn'

type Kept = Awaited<ReturnType<Admission['look']>>

/**
 * Holds the key against the store, before anything is written there. A key is made only where there is no store, and nothing says that
 * there was one; so neither a key that is away nor a database that is away looks like a first start.
 *
 *   asked --look(): a store of this key--> admitted
 *   asked --look(): no store, or one that may have this key from now on--> to be kept --confirm(): its check value opens--> admitted
 *   asked, to be kept --anything else--> refused: `StoreRefusedError`, and the process ends
 *   admitted --remember()--> `store.id` stands beside the key
 *
 * At a first start, each of these is on disk before the next: the key, the store with its check value, `store.id`. Killed between any two,
 * the next start goes on: a key without `store.id` may be used for a new store, and a store that knows this key gets its `store.id`.
 */
export class KeyAdmission implements Admission {
  readonly #options: KeyAdmissionOptions
  readonly #folder: string
  /** With PostgreSQL and a given key the folder is not used at all. */
  readonly #remembers: boolean
  readonly #words: ReturnType<typeof refusalWords>
  /** Of the key that is admitted, or to be kept. */
  #vault: Vault | undefined
  #storeId: string | undefined
  /** What `store.id` said at the start. */
  #mark: string | undefined
  #began: string | undefined

  constructor(options: KeyAdmissionOptions) {
    this.#options = options
    this.#folder = resolve(options.folder)
    this.#remembers = options.engine === 'sqlite' || options.given === null
    this.#words = refusalWords({ ...options, folder: this.#folder })
  }

  /** Where a new store was begun, if one was: whoever did not mean that is in the wrong folder, or at the wrong database. */
  get began(): string | undefined {
    return this.#began
  }

  /** The vault of the key that the store was opened with. To be asked for when the store is open. */
  vault(): Vault {
    if (this.#vault === undefined) throw new Error('the store was not opened with this admission')
    return this.#vault
  }

  async look(found: FoundStore): Promise<Kept> {
    this.#mark = this.#remembers ? await readStoreMark(this.#folder) : undefined
    const kept = await this.#judge(found)
    this.#options.failpoint('start.admitted')
    return kept
  }

  confirm(kept: StoreKey): void {
    assert(this.#vault !== undefined, 'a store is looked at before its key is confirmed')
    const { failpoint, log } = this.#options
    failpoint('start.checked')
    // Two first nodes with different keys: the one whose check value was kept decides.
    if (!this.#vault.open(kept.sealed, belonging.storeKey(kept.storeId)).ok)
      throw new StoreRefusedError(this.#words.slower(keyIdOf(kept.sealed)))
    this.#storeId = kept.storeId
    if (this.#began !== undefined) log.info('store.begun', { place: this.#began, store: this.#storeId })
  }

  /** Remembers beside the key that it has been used: from now on it belongs to this store. */
  async remember(): Promise<void> {
    const { engine, random, log, failpoint } = this.#options
    if (!this.#remembers || this.#mark === this.#storeId) return
    if (this.#mark !== undefined) log.warn('store.id.changed', { before: this.#mark, now: this.#storeId })
    try {
      await writeStoreMark(this.#folder, this.#storeId!, random)
    } catch (error) {
      // A key may be mounted where nothing can be written; only the embedded store has to write there.
      if (engine === 'sqlite') throw error
      log.warn('store.id.unwritten', { path: storeMarkPath(this.#folder), error })
    }
    failpoint('start.marked')
  }

  #judge(found: FoundStore): Promise<Kept> {
    switch (found.kind) {
      case 'none':
        return this.#beginStore(found)
      case 'keyless':
        return this.#lookAtKeyless(found)
      case 'keyed':
        return this.#lookAtKeyed(found)
    }
  }

  async #beginStore({ leftover, moved, moving }: Extract<FoundStore, { kind: 'none' }>): Promise<Kept> {
    const { engine, intent } = this.#options
    if (leftover !== undefined) throw new StoreRefusedError(this.#words.leftover(leftover))
    if (moving !== undefined && intent !== 'new') throw new StoreRefusedError(this.#words.movingStore(moving))
    if (this.#mark !== undefined && intent !== 'new') {
      throw new StoreRefusedError(moved === undefined ? this.#words.lostStore(this.#mark) : this.#words.movedStore(this.#mark, moved))
    }
    this.#began = engine === 'sqlite' ? this.#folder : 'PostgreSQL'
    return this.#keyed((await this.#findKey()) ?? (await this.#makeKey()))
  }

  async #lookAtKeyless({ sealed }: Extract<FoundStore, { kind: 'keyless' }>): Promise<Kept> {
    const { intent, random } = this.#options
    if (sealed.length === 0 && this.#mark !== undefined && intent !== 'new') throw new StoreRefusedError(this.#words.lostStore(this.#mark))
    if (sealed.length > 0 && intent === 'new') throw new StoreRefusedError(this.#words.storeThere)
    const key = await this.#findKey()
    const ids = [...new Set(sealed.map((one) => keyIdOf(one.sealed)))]
    if (key === undefined) {
      if (intent !== 'new_key') throw new StoreRefusedError(this.#words.noKey(ids))
      return this.#keyed(await this.#makeKey())
    }
    const trial = createVault([key], random)
    const fits = sealed.length === 0 || sealed.some((one) => trial.open(one.sealed, one.belonging).ok)
    if (!fits && intent !== 'new_key') throw new StoreRefusedError(await this.#words.anotherKey(ids, key))
    return this.#keyed(key)
  }

  async #lookAtKeyed({ key: kept }: Extract<FoundStore, { kind: 'keyed' }>): Promise<Kept> {
    const { intent, random } = this.#options
    if (intent === 'new') throw new StoreRefusedError(this.#words.storeThere)
    const key = await this.#findKey()
    const right = key && opensStore(key, kept, random) ? key : await this.#findChangedKey(kept, key)
    if (right !== undefined) {
      this.#vault = createVault([right], random)
      this.#storeId = kept.storeId
      return null
    }
    if (intent === 'new_key') return this.#keyed(key ?? (await this.#makeKey()), { storeId: kept.storeId, replaces: true })
    const id = keyIdOf(kept.sealed)
    throw new StoreRefusedError(key === undefined ? this.#words.noKey([id]) : await this.#words.anotherKey([id], key))
  }

  async #findKey(): Promise<MasterKey | undefined> {
    const { given } = this.#options
    return given === null ? keyIn(await readMasterKey(this.#folder)) : masterKeyFromText(given)
  }

  /** The key was changed, and who did it was killed between the store and the files. */
  async #findChangedKey(kept: StoreKey, former: MasterKey | undefined): Promise<MasterKey | undefined> {
    const { given, random, log, failpoint } = this.#options
    const next = given === null ? keyIn(await readNextMasterKey(this.#folder)) : undefined
    if (next === undefined || !opensStore(next, kept, random)) return undefined
    const keptAs = await takeNextMasterKey(this.#folder, { random, failpoint, former })
    log.info('store.key.taken', { key: next.id, ...(keptAs && { formerKey: keptAs }) })
    return next
  }

  async #makeKey(): Promise<MasterKey> {
    const key = keyIn(await makeMasterKey(this.#folder, this.#options.random))
    if (key === undefined) throw new StoreRefusedError(`${masterKeyPath(this.#folder)} was removed while Posthorn started.`)
    return key
  }

  /** A store that knows this key from now on. */
  #keyed(key: MasterKey, of: { readonly storeId?: string; readonly replaces?: boolean } = {}): NonNullable<Kept> {
    const { random } = this.#options
    this.#vault = createVault([key], random)
    this.#storeId = of.storeId ?? Buffer.from(random.fill(new Uint8Array(12))).toString('hex')
    const sealed = this.#vault.seal(CHECK, belonging.storeKey(this.#storeId))
    return { storeId: this.#storeId, sealed, replaces: of.replaces ?? false }
  }
}
