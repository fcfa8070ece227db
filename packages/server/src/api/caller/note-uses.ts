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
export function createNoteUses({ store, clock, log }: NoteUsesDeps, what: string) {
  const noted = new Map<string, number>()
  let pending: (readonly Statement[])[] = []
  let writing = Promise.resolve()
  let timer: { cancel(): void } | undefined

  const write = async (uses: readonly (readonly Statement[])[]): Promise<void> => {
    await store
      .mutate({ statements: uses.flat(), application: null, audit: [] })
      .catch((error: unknown) => log.warn(`api.${what}_use.not_written`, { error, uses: uses.length }))
  }

  const flush = (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    if (pending.length > 0) {
      const uses = pending
      pending = []
      writing = writing.then(() => write(uses))
    }
    return writing
  }

  return {
    /** To be called at any use; cheap. What is to be written is asked for only if it is. */
    note(used: string, statementsAt: (at: number) => readonly Statement[]): void {
      const now = clock.monotonic()
      const before = noted.get(used)
      if (before !== undefined && now - before < EVERY_MS) return
      if (noted.size >= NOTED_MAX) noted.clear()
      noted.set(used, now)
      pending.push(statementsAt(clock.now()))
      timer ??= clock.after(COLLECT_MS, () => void flush())
    },
    /** Writes what is still to be written. */
    stop: flush,
  }
}
