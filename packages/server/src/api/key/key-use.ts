import type { KeyId } from '#domain'
import type { Clock, Log } from '#platform'
import type { Store } from '#store'

/** A use is written down at most this often for each key. */
const EVERY_MS = 60_000
/** Uses of many keys are written together. */
const COLLECT_MS = 1000
const KEYS_MAX = 10_000

/**
 * When keys were last used, to the minute: enough to find those that nobody uses any more. No call waits for it; what is lost when the
 * store cannot take it is a minute of a date.
 */
export function createKeyUse({ store, clock, log }: { store: Pick<Store, 'statements' | 'mutate'>; clock: Clock; log: Log }) {
  const noted = new Map<KeyId, number>()
  let pending = new Map<KeyId, number>()
  let writing = Promise.resolve()
  let timer: { cancel(): void } | undefined

  const write = async (uses: ReadonlyMap<KeyId, number>): Promise<void> => {
    const statements = [...uses].map(([key, at]) => store.statements.keys.used(key, at))
    await store
      .mutate({ statements, application: null, audit: [] })
      .catch((error: unknown) => log.warn('api.key_use.not_written', { error, keys: statements.length }))
  }

  const flush = (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    if (pending.size > 0) {
      const uses = pending
      pending = new Map()
      writing = writing.then(() => write(uses))
    }
    return writing
  }

  return {
    /** To be told at any use; cheap. */
    note(key: KeyId): void {
      const now = clock.monotonic()
      const before = noted.get(key)
      if (before !== undefined && now - before < EVERY_MS) return
      if (noted.size >= KEYS_MAX) noted.clear()
      noted.set(key, now)
      pending.set(key, clock.now())
      timer ??= clock.after(COLLECT_MS, () => void flush())
    },
    /** Writes what is still to be written. */
    stop: flush,
  }
}

export type KeyUse = ReturnType<typeof createKeyUse>
