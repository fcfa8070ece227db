import { sleep, type Clock, type Log } from '#platform'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { backendOf, sqlState, UnreachableError, type Backend, type Run } from './pool.ts'

/** How long a commit whose fate is open is looked for. A session lives for four seconds of silence, so longer than that is of no use to it. */
const PATIENCE_MS = 15_000
const PAUSE_MS = 100

export interface Certainty {
  /**
   * Runs `commit`. If its outcome is unknown, ends the server process that may still be working on it and asks `find` what became of it:
   * its answer if it was kept, undefined if it was not, and then it is run once more. Gives up with `CommitUnknownError`.
   */
  commit<T>(attempt: { commit: () => Promise<T>; find: () => Promise<T | undefined> }): Promise<T>
  /** Waits for a database that cannot be reached, because whoever asks has nothing better to do with what it holds. */
  patiently<T>(work: () => Promise<T>): Promise<T>
}

export function createCertainty({ run, clock, log }: { run: Run; clock: Clock; log: Pick<Log, 'info' | 'warn'> }): Certainty {
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    const until = clock.monotonic() + PATIENCE_MS
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof UnreachableError) || clock.monotonic() >= until) throw error
      }
      await sleep(clock, PAUSE_MS)
    }
  }

  /** From its end on, what it worked on was kept or never will be. */
  const endBackend = async (backend: Backend): Promise<void> => {
    const until = clock.monotonic() + PATIENCE_MS
    for (;;) {
      const { rows } = await run({
        text: 'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2',
        values: [backend.pid, backend.startedAt],
      })
      if (rows.length === 0) return
      if (clock.monotonic() >= until) throw new Error(`the server process ${backend.pid} does not end`)
      await sleep(clock, PAUSE_MS)
    }
  }

  const settleDoubt = <T>(unknown: CommitUnknownError, find: () => Promise<T | undefined>): Promise<T | undefined> =>
    patiently(async () => {
      const backend = backendOf(unknown)
      if (backend !== undefined) await endBackend(backend)
      return find()
    })

  return {
    patiently,
    async commit({ commit, find }) {
      try {
        return await commit()
      } catch (error) {
        if (!(error instanceof CommitUnknownError)) throw error
        log.warn('store.commit.unknown', { error })
        const found = await settleDoubt(error, find).catch((cause: unknown) => {
          log.warn('store.commit.not_found', { error, why: String(cause) })
          throw error
        })
        log.info('store.commit.found', { kept: found !== undefined })
        return found === undefined ? patiently(commit) : found
      }
    },
  }
}

/** Deadlocks and serialization failures kept nothing, and pass; so does a statement that reached a standby. */
export function retrying(run: Run): Run {
  return async (statement) => {
    try {
      return await run(statement)
    } catch (error) {
      if (!passes(error)) throw error
      return run(statement)
    }
  }
}

/** What only reads may be asked again whenever the answer was lost. */
export function rereading(run: Run): Run {
  return async (statement) => {
    try {
      return await run(statement)
    } catch (error) {
      if (!(error instanceof CommitUnknownError)) throw error
      return run(statement)
    }
  }
}

/** The same of a whole transaction. */
export async function retryingOnce<T>(once: () => Promise<T>): Promise<T> {
  try {
    return await once()
  } catch (error) {
    if (!passes(error)) throw error
    return once()
  }
}

function passes(error: unknown): boolean {
  return ['40P01', '40001', '25006'].includes(sqlState(error) ?? '')
}
