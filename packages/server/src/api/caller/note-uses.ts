import type { Clock, Log } from '#platform'
import type { Statement, Store } from '#store'

/** A use is written down at most this often for each of them. */
const EVERY_MS = 60_000
/** Uses of many are written together. */
const COLLECT_MS = 1000
const NOTED_MAX = 10_000

interface NoteUsesDeps {
  readonly store: Pick<Store, 'mutate'>
  readonly clock: Clock
  readonly log: Log
}

/**
 * When something was last used, to the minute: enough to find what nobody uses any more. No call waits for it; what is lost when the
 * store cannot take it is a minute of a date.
 */
export function createNoteUses<Used extends string>(
  { store, clock, log }: NoteUsesDeps,
  what: string,
  statementsOf: (used: Used, at: number) => readonly Statement[],
) {
  const noted = new Map<Used, number>()
  let pending = new Map<Used, number>()
  let writing = Promise.resolve()
  let timer: { cancel(): void } | undefined

  const write = async (uses: ReadonlyMap<Used, number>): Promise<void> => {
    const statements = [...uses].flatMap(([used, at]) => statementsOf(used, at))
    await store
      .mutate({ statements, application: null, audit: [] })
      .catch((error: unknown) => log.warn(`api.${what}_use.not_written`, { error, uses: uses.size }))
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
    /** To be called at any use; cheap. */
    note(used: Used): void {
      const now = clock.monotonic()
      const before = noted.get(used)
      if (before !== undefined && now - before < EVERY_MS) return
      if (noted.size >= NOTED_MAX) noted.clear()
      noted.set(used, now)
      pending.set(used, clock.now())
      timer ??= clock.after(COLLECT_MS, () => void flush())
    },
    /** Writes what is still to be written. */
    stop: flush,
  }
}
