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
import type { ThreadLink } from './thread-link.ts'

/**
 * What makes operations cannot cross. So the thread is held: nothing is committed, and nothing of the configuration changes, while this side
 * reads what is not current and makes them.
 */
export function createHoldAndMake(link: ThreadLink<StoreOrder>, reads: Tables['db']): Pick<Store, 'acceptAnew' | 'commitRunsAnew'> {
  const currentOf = async (operations: readonly Anew<unknown>[]): Promise<Map<ApplicationId, ApplicationSnapshot | undefined>> => {
    const newest = newestAtHand(operations)
    const versions = [...newest].map(([id, { version }]) => ({ id, version }))
    const isCurrent = (await link.ask({ kind: 'hold', versions })) as readonly boolean[]
    const stale = versions.filter((_, i) => !isCurrent[i])
    const current = new Map<ApplicationId, ApplicationSnapshot | undefined>(newest)
    try {
      for (const { id } of stale) current.set(id, await loadSnapshot(reads, id))
      return current
    } catch (error) {
      // Nothing can be made: whoever holds lets go.
      await endHold('accept', '' as SessionId, [])
      throw error
    }
  }

  const endHold = <Result>(name: 'accept' | 'commitRuns', session: SessionId, made: readonly never[]): Promise<CommitResult<Result>> => {
    const parcel = packBatch(name, made)
    return link.ask({ kind: 'end_hold', name, session, ...parcel }, [parcel.bytes.buffer]) as Promise<CommitResult<Result>>
  }

  const holding =
    <Operation extends AcceptOperation | RunCommit, Result>(name: 'accept' | 'commitRuns') =>
    async (session: SessionId, operations: readonly Anew<Operation>[]) => {
      const current = await currentOf(operations)
      // It never throws, and takes no turn of the event loop.
      const batch = makeAnew(operations, (id) => current.get(id))
      return batch.results(await endHold<Result>(name, session, batch.made as readonly never[])) as CommitResult<Result>
    }

  return { acceptAnew: holding('accept'), commitRunsAnew: holding('commitRuns') }
}
