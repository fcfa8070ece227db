import { belonging } from '#domain'
import { createVault, type FoundMasterKey, type MasterKey, type Random } from '#platform'
import { StoreRefusedError, type StoreKey } from '#store'

export function opensStore(key: MasterKey, { storeId, sealed }: StoreKey, random: Random): boolean {
  return createVault([key], random).open(sealed, belonging.storeKey(storeId)).ok
}

/** The key that was found; one that cannot be used refuses the store. */
export function keyIn(found: FoundMasterKey): MasterKey | undefined {
  if (found.kind === 'unusable') throw new StoreRefusedError(found.reason)
  return found.kind === 'key' ? found.key : undefined
}

/** The id of the key that sealed it; it is no secret. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? 'unknown'
}
