import { createWakeUps, type Log } from '#platform'
import { TAKES_ALL, type Hint, type LaneId, type NewMessage, type Store } from '#store'

/**
 * Group commits give their session what it may start; of other work nobody is given anything: what somebody sends again, a replay, what
 * ends, begins or is told in passing, and runs that were accepted where none are run. This tells all processes of it, this one among
 * them, so that it starts at once and not with the next look. A hint is late or lost at most: the store is what counts.
 */
export function notifyOfWork(store: Store, log: Pick<Log, 'error' | 'info'>): Store {
  const here = createWakeUps<{ hint: Hint }>((error) => log.error('store.hint.failed', { error }))
  store.onHint((hint) => here.wake('hint', hint))
  let takesRuns = true

  const tell = (told: Partial<Hint>): void => {
    here.wake('hint', { lanes: [], replied: [], runs: false, ...told })
    store.hint(null, told)
  }

  const tellLanes = (lanes: readonly LaneId[]): void => {
    if (lanes.length > 0) tell({ lanes: [...new Set(lanes)] })
  }

  /** In the background: what was asked for is done, whether or not this can be read. */
  const tellLanesOf = (deliveries: readonly string[], runs: boolean): void => {
    if (deliveries.length === 0) return
    store.logs.deliveries.lanesOf(deliveries).then(
      (lanes) => tell({ lanes, runs }),
      (error: unknown) => log.info('store.hint.unread', { error }),
    )
  }

  return {
    ...store,
    onHint: (listener) => void here.listen('hint', listener),
    async openSession(session, takes = TAKES_ALL) {
      await store.openSession(session, takes)
      takesRuns = takes.runs
    },
    async accept(session, operations) {
      const commit = await store.accept(session, operations)
      if (!takesRuns && operations.some(({ runs }, i) => runs.length > 0 && commit.results[i]!.kind === 'accepted')) tell({ runs: true })
      return commit
    },
    async acceptAnew(session, operations) {
      const commit = await store.acceptAnew(session, operations)
      if (!takesRuns && commit.results.some(({ kind }) => kind === 'accepted')) tell({ runs: true })
      return commit
    },
    async settle(session, settlements, updates) {
      const results = await store.settle(session, settlements, updates)
      for (const { operational } of settlements) if (operational !== undefined) tellLanes(lanesOf(operational))
      for (const { stop } of updates) if (stop?.operational !== undefined) tellLanes(lanesOf(stop.operational))
      return results
    },
    async mutate(mutation) {
      const result = await store.mutate(mutation)
      if (result.kind !== 'done') return result
      const changed = (mutation.lanes ?? []).filter(({ kind }) => kind !== 'create').map(({ lane }) => lane)
      tellLanes([...changed, ...lanesOf(mutation.operational ?? [])])
      return result
    },
    async cancelDeliveries(ids, wake) {
      const ended = await store.cancelDeliveries(ids, wake)
      // Runs that waited for them go on, with whoever takes them.
      tellLanesOf(ended, true)
      return ended
    },
    async resend(ids) {
      const sent = await store.resend(ids)
      tellLanesOf(sent, false)
      return sent
    },
    async advanceReplay(step) {
      const result = await store.advanceReplay(step)
      if (result.kind === 'advanced' && result.queued > 0) {
        tellLanes(step.create.map(({ endpoint_id }) => endpoint_id))
        tellLanesOf(step.resend, false)
      }
      return result
    },
  }
}

function lanesOf(messages: readonly NewMessage[]): LaneId[] {
  return messages.flatMap(({ deliveries }) => deliveries.map(({ lane }) => lane))
}
