import type { Session } from '#coordination'
import type { Clock, Failpoint, Log } from '#platform'
import type { HeldRun, Store } from '#store'
import { PeriodicLook } from './periodic-look.ts'

export interface DueRunsOptions {
  readonly store: Pick<Store, 'wakeDueRuns'>
  readonly session: Pick<Session, 'id' | 'mayAct'>
  readonly clock: Clock
  readonly log: Log
  readonly failpoint: Failpoint
  readonly take: (runs: readonly HeldRun[]) => void
}

/** A run goes on at most so long after its moment, on a machine that has time. */
const LOOK_MS = 500
const PAGE = 256

/**
 * Wakes runs that wait for a moment, page by page, each a commit of its own, so that others write in between. What is woken is this
 * session's, so whatever happens to it then is told by the store's own lists.
 */
export function createDueRuns({ store, session, clock, log, failpoint, take }: DueRunsOptions): PeriodicLook {
  const look = async (goesOn: () => boolean): Promise<void> => {
    while (goesOn() && session.mayAct()) {
      const runs = await store.wakeDueRuns(session.id, PAGE)
      if (runs.length > 0) failpoint('flows.after_wake')
      take(runs)
      if (runs.length < PAGE) return
    }
  }
  return new PeriodicLook({ clock, log, everyMs: LOOK_MS, failure: 'flows.due_runs.unread', look })
}
