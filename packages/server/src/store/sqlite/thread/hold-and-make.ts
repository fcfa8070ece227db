import type { ApplicationId, SessionId } from '#domain'
import type { ApplicationSnapshot } from '../../application-snapshot.ts'
import { makeAnew, newestAtHand } from '../../make-anew.ts'
import type { AcceptOperation } from '../../port/accept.ts'
import type { Anew, CommitResult } from '../../port/group-commits.ts'
import type { RunCommit } from '../../port/run-commit.ts'
import { loadSnapshot } from '../../queries/load-snapshot.ts'
import type { Tables } from '../../queries/tables.ts'
import type { Store } from '../../store.ts'
import { packBatch } from './parcel.ts'
import type { StoreOrder } from './protocol.ts'
import { sendAccepts, sendRunCommits, type Send } from './send-batch.ts'
import type { ThreadLink } from './thread-link.ts'

/**
 * What makes operations cannot cross. So the thread is held: nothing is committed, and nothing of the configuration changes, while this side
 * reads what is not current and makes them. Whatever goes wrong meanwhile ends the hold, or nothing would be committed any more.
 */
export function createHoldAndMake(link: ThreadLink<StoreOrder>, reads: Tables['db']): Pick<Store, 'acceptAnew' | 'commitRunsAnew'> {
  const endHold =
    (name: 'accept' | 'commitRuns', session: SessionId): Send =>
    (parcel) =>
      link.ask({ kind: 'end_hold', name, session, ...parcel }, [parcel.bytes.buffer])

  const whileHeld = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await endHold('accept', '' as SessionId)(packBatch('accept', [])).catch(() => undefined)
      throw error
    }
  }

  /** Holds the thread, and says which of these configurations are another by now. */
  const hold = async (newest: ReadonlyMap<ApplicationId, ApplicationSnapshot>): Promise<readonly ApplicationId[]> => {
    const versions = [...newest].map(([id, { version }]) => ({ id, version }))
    const isCurrent = (await link.ask({ kind: 'hold', versions })) as readonly boolean[]
    return versions.flatMap(({ id }, i) => (isCurrent[i] ? [] : id))
  }

  const holding =
    <Operation extends AcceptOperation | RunCommit, Result>(
      name: 'accept' | 'commitRuns',
      sendMade: (made: readonly Operation[], send: Send) => Promise<CommitResult<Result>>,
    ) =>
    async (session: SessionId, operations: readonly Anew<Operation>[]) => {
      const newest = newestAtHand(operations)
      const stale = await hold(newest)
      // The promise is not awaited inside: once it is there the hold has its end, whatever becomes of that.
      const { batch, sent } = await whileHeld(async () => {
        const current = new Map<ApplicationId, ApplicationSnapshot | undefined>(newest)
        for (const id of stale) current.set(id, await loadSnapshot(reads, id))
        const batch = makeAnew(operations, (id) => current.get(id))
        return { batch, sent: sendMade(batch.made, endHold(name, session)) }
      })
      return batch.results(await sent)
    }

  return { acceptAnew: holding('accept', sendAccepts), commitRunsAnew: holding('commitRuns', sendRunCommits) }
}
