import { KeyAdmission, notifyOfWork, watchVault } from '#coordination'
import type { Vault } from '#platform'
import { createStoreHealth, type Store, type StoreHealth } from '#store'
import { countCommits, type CommitCounts } from './count-commits.ts'
import type { Ground } from './ground.ts'

/** What remembers, and the vault that opens what is sealed there. */
export interface Memory {
  readonly store: Store
  readonly counts: CommitCounts
  readonly vault: Vault
  /** Where a new, empty store was begun at this start. */
  readonly began: string | undefined
}

/** Opens the store under the master key that it is sealed with. What goes wrong from here on ends with the store closed. */
export async function openMemory(ground: Ground): Promise<Memory> {
  const { config, clock, random, log, failpoint, shutdown } = ground
  const health = createStoreHealth({ clock, log })
  const keys = new KeyAdmission({
    ...{ folder: config.data, given: config.masterKey, intent: ground.intent, random, log, failpoint },
    engine: config.databaseUrl === null ? 'sqlite' : 'postgres',
  })
  const counting = countCommits(await openStore(ground, { health, admission: keys }), clock)
  const opened = notifyOfWork(counting.store, log)
  const store = ground.overrides.store?.(opened) ?? opened
  shutdown.register('store', () => store.close())
  const watch = watchVault({ vault: keys.vault(), health, clock })
  shutdown.register('vault watch', async () => watch.stop())
  await keys.remember()
  return { store, counts: counting.counts, vault: watch.vault, began: keys.began }
}

/** Only the engine that is used is loaded. */
async function openStore(
  { config, clock, log, lines, failpoint, overrides }: Ground,
  parts: { readonly health: StoreHealth; readonly admission: KeyAdmission },
): Promise<Store> {
  if (config.databaseUrl !== null) {
    const { openPostgres } = await import('#store/postgres')
    return openPostgres({ url: config.databaseUrl, clock, log, ...parts })
  }
  const { openEmbedded } = await import('#store/sqlite')
  const { data: folder, storeThread: thread } = config
  const onDeath = (error: Error) => crash({ log, lines }, error)
  return openEmbedded({ ...{ folder, thread, onDeath, failpoint, clock, log }, opened: overrides.sqliteOpened, ...parts })
}

/** Whatever the thread was asked is never answered now. Nothing that was acknowledged is lost: the next start finds it. */
function crash({ log, lines }: Pick<Ground, 'log' | 'lines'>, error: Error): never {
  const why = 'A thread of the store has ended, and the process ends with it. Start it again.'
  log.error('store.thread.ended', { why, error })
  lines.flush()
  throw new Error(why, { cause: error })
}
