import type { Session } from '#coordination'
import { PeriodicLook, type Clock, type Failpoint, type Log } from '#platform'
import type { HeldRun, Store } from '#store'

export interface DueRunsOptions {
  readonly store: Pick<Store, 'wakeDueRuns' | 'openGates'>
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
 * session's, so whatever happens to it then is found in the store's own lists.
 */
export function createDueRuns(options: DueRunsOptions): PeriodicLook {
  const { store, session } = options
  return createLook(options, { failure: 'flows.due_runs.unread', runs: () => store.wakeDueRuns(session.id, PAGE) })
}

/** Begins runs that wait until others of their flow have ended, likewise. */
export function createGateKeeper(options: DueRunsOptions): PeriodicLook {
  const { store, session } = options
  return createLook(options, { failure: 'flows.gates.unread', runs: () => store.openGates(session.id, PAGE) })
}

interface Looking {
  readonly failure: string
  readonly runs: () => Promise<readonly HeldRun[]>
}

function createLook({ session, clock, log, failpoint, take }: DueRunsOptions, { failure, runs: find }: Looking): PeriodicLook {
  const look = async (goesOn: () => boolean): Promise<void> => {
    while (goesOn() && session.mayAct()) {
      const runs = await find()
      if (runs.length > 0) failpoint('flows.after_wake')
      take(runs)
      if (runs.length < PAGE) return
    }
  }
  return new PeriodicLook({ clock, log, everyMs: LOOK_MS, failure, look })
}
