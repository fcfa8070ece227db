import { resolve } from 'node:path'
import {
  createVault,
  keepNextMasterKey,
  masterKeyFromText,
  newMasterKeyText,
  readMasterKey,
  readNextMasterKey,
  takeNextMasterKey,
  type Failpoint,
  type MasterKey,
} from '#platform'
import { StoreRefusedError, type FoundStore, type KeyChange, type Reseal } from '#store'
import { keyIdOf, keyIn, opensStore } from './key-of-store.ts'
import { refusalWords, type KeyPlace } from './refusal-words.ts'

export interface MasterKeyChangeOptions extends KeyPlace {
  /** The text of the new key; null: one is made, in the data folder. */
  readonly next: string | null
  readonly failpoint: Failpoint
}

/**
 * Decides which key a store is to be sealed under anew, and puts it in place. A key that is given is the operator's to hold, the new one
 * as the old. That of the data folder is changed by files, each on disk before the next step: the new key beside the old (`master.key.new`),
 * the store with its check value under the new one, the old key under its id, the new one in its place. Killed between any two, the next
 * start, or this once more, finds which of the two keys opens the store (decisions/a-change-of-the-master-key-is-offline).
 */
export class MasterKeyChange implements KeyChange {
  readonly #options: MasterKeyChangeOptions
  readonly #folder: string
  readonly #words: ReturnType<typeof refusalWords>
  #former: MasterKey | undefined
  #now: MasterKey | undefined
  #keptAs: string | undefined

  constructor(options: MasterKeyChangeOptions) {
    this.#options = options
    this.#folder = resolve(options.folder)
    this.#words = refusalWords({ ...options, folder: this.#folder })
  }

  /** Ids of the keys, and where the old one is kept, if it is. To be asked for when the change is done. */
  get outcome(): { readonly now: string; readonly before?: string; readonly keptAs?: string } {
    if (this.#now === undefined) throw new Error('the key has not been changed')
    return { now: this.#now.id, ...(this.#former && { before: this.#former.id }), ...(this.#keptAs && { keptAs: this.#keptAs }) }
  }

  async look(found: FoundStore): Promise<Reseal | null> {
    if (found.kind !== 'keyed') throw new StoreRefusedError(this.#words.noStoreYet)
    const { given, random, failpoint } = this.#options
    const next = this.#options.next === null ? undefined : masterKeyFromText(this.#options.next)
    const former = given === null ? keyIn(await readMasterKey(this.#folder)) : masterKeyFromText(given)
    this.#former = former
    if (former === undefined || !opensStore(former, found.key, random)) {
      const done = given === null ? keyIn(await readNextMasterKey(this.#folder)) : next
      if (done !== undefined && opensStore(done, found.key, random)) {
        this.#now = done
        return null
      }
      const id = keyIdOf(found.key.sealed)
      throw new StoreRefusedError(former === undefined ? this.#words.noKey([id]) : await this.#words.anotherKey([id], former))
    }
    if (given !== null && next === undefined) throw new StoreRefusedError(this.#words.sayNewKey)
    const text = this.#options.next ?? newMasterKeyText(random)
    const now = masterKeyFromText(text)
    if (now.id === former.id) throw new StoreRefusedError(this.#words.sameKey(now.id))
    this.#now = now
    if (given === null) await keepNextMasterKey(this.#folder, text, random)
    failpoint('key.written')
    const [from, to] = [createVault([former], random), createVault([now], random)]
    return (sealed, bound) => {
      const opened = from.open(sealed, bound)
      return opened.ok ? { ok: true, plain: to.seal(opened.plain, bound) } : opened
    }
  }

  async settle(): Promise<void> {
    const { given, random, failpoint } = this.#options
    if (given !== null) return
    this.#keptAs = await takeNextMasterKey(this.#folder, { random, failpoint, former: this.#former })
    failpoint('key.taken')
  }
}
