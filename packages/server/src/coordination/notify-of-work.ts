import { createWakeUps, type Log } from '#platform'
import { TAKES_ALL, type Hint, type LaneId, type NewMessage, type Store } from '#store'

/**
 * Group commits give their session what it may start; of other work nobody is given anything: what somebody sends again, a replay, what
 * ends, begins or is sent in passing, and runs that were accepted where none are run. This tells all processes of it, this one among
 * them, so that it starts at once and not with the next look. A hint is late or lost at most: the store is what counts.
 */
export function notifyOfWork(store: Store, log: Pick<Log, 'error' | 'info'>): Store {
  const { notify, notifyLanes, notifyLanesOf, onHint } = createNotices(store, log)
  let takesRuns = true

  return {
    ...store,
    onHint,
    async openSession(session, takes = TAKES_ALL) {
      await store.openSession(session, takes)
      takesRuns = takes.runs
    },
    async accept(session, operations) {
      const commit = await store.accept(session, operations)
      if (!takesRuns && operations.some(({ runs }, i) => runs.length > 0 && commit.results[i]!.kind === 'accepted')) notify({ runs: true })
      return commit
    },
    async acceptAnew(session, operations) {
      const commit = await store.acceptAnew(session, operations)
      if (!takesRuns && commit.results.some(({ kind }) => kind === 'accepted')) notify({ runs: true })
      return commit
    },
    async settle(session, settlements, updates) {
      const results = await store.settle(session, settlements, updates)
      for (const { operational } of settlements) if (operational !== undefined) notifyLanes(lanesOf(operational))
      for (const { stop } of updates) if (stop?.operational !== undefined) notifyLanes(lanesOf(stop.operational))
      return results
    },
    async mutate(mutation) {
      const result = await store.mutate(mutation)
      if (result.kind !== 'done') return result
      const changed = (mutation.lanes ?? []).filter(({ kind }) => kind !== 'create').map(({ lane }) => lane)
      notifyLanes([...changed, ...lanesOf(mutation.operational ?? [])])
      return result
    },
    async cancelDeliveries(ids, wake, alongside) {
      const ended = await store.cancelDeliveries(ids, wake, alongside)
      // Runs that waited for them go on, with whoever takes them.
      notifyLanesOf(ended, true)
      return ended
    },
    async resend(ids, alongside) {
      const sent = await store.resend(ids, alongside)
      notifyLanesOf(sent, false)
      return sent
    },
    async advanceReplay(step) {
      const result = await store.advanceReplay(step)
      if (result.kind === 'advanced' && result.queued > 0) {
        notifyLanes(step.create.map(({ endpoint_id }) => endpoint_id))
        notifyLanesOf(step.resend, false)
      }
      return result
    },
  }
}

/** Of all processes: the others through the store, this one at once. */
function createNotices(store: Store, log: Pick<Log, 'error' | 'info'>) {
  const here = createWakeUps<{ hint: Hint }>((error) => log.error('store.hint.failed', { error }))
  store.onHint((heard) => here.wake('hint', heard))

  const notify = (hint: Partial<Hint>): void => {
    here.wake('hint', { lanes: [], replied: [], runs: false, ...hint })
    store.hint(null, hint)
  }

  return {
    notify,
    notifyLanes(lanes: readonly LaneId[]): void {
      if (lanes.length > 0) notify({ lanes: [...new Set(lanes)] })
    },
    /** In the background: what was asked for is done, whether or not this can be read. */
    notifyLanesOf(deliveries: readonly string[], runs: boolean): void {
      if (deliveries.length === 0) return
      store.logs.deliveries.lanesOf(deliveries).then(
        (lanes) => notify({ lanes, runs }),
        (error: unknown) => log.info('store.hint.unread', { error }),
      )
    },
    onHint: (listener: (hint: Hint) => void) => void here.listen('hint', listener),
  }
}

function lanesOf(messages: readonly NewMessage[]): LaneId[] {
  return messages.flatMap(({ deliveries }) => deliveries.map(({ lane }) => lane))
}
