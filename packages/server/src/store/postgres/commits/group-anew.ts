import type { SessionId } from '#domain'
import type { Anew, CommitResult } from '../../port/group-commits.ts'
import { retryingOnce } from '../connection/certainty.ts'
import { joined, recalled, refused, type Refused } from './batch-result.ts'
import { commitAnew } from './commit-anew.ts'
import { inHalves } from './in-halves.ts'
import type { GroupCommitParts, Wire } from './wire.ts'

export interface AnewKind<Operation, Result> {
  commit(wire: Wire, session: SessionId, made: readonly Operation[]): Promise<CommitResult<Result>>
  /** What became of operations whose answer was lost: undefined if none of them was kept. */
  find(session: SessionId, made: readonly Operation[]): Promise<Result[] | undefined>
}

interface Stale {
  readonly kind: 'stale'
}

/**
 * Batches that are made inside their commits. What was made last is looked for if the answer is lost; a deadlock or a refused member
 * makes it anew.
 */
export function groupAnew<Operation, Result extends { readonly kind: string }>(
  parts: GroupCommitParts,
  { commit, find }: AnewKind<Operation, Result>,
) {
  const { certainty, held, pool, encode, send } = parts

  const commitMembers = (session: SessionId, members: readonly Anew<Operation>[]): Promise<CommitResult<Result | Stale>> => {
    let made: readonly (Operation | null)[] = []
    const recording = members.map((member, i): Anew<Operation> => ({
      ...member,
      make: (snapshot) => {
        const operation = member.make(snapshot)
        made = made.with(i, operation)
        return operation
      },
    }))
    const once = () => {
      made = members.map(() => null)
      return commitAnew({ pool, encode, send }, recording, (within, all) => commit(within, session, all))
    }
    const found = async () => {
      const kept = made.filter((operation) => operation !== null)
      const results = kept.length === 0 ? undefined : await find(session, kept)
      let next = 0
      const all = results && made.map((operation): Result | Stale => (operation === null ? { kind: 'stale' } : results[next++]!))
      return recalled(held, session, all)
    }
    return certainty.commit({ commit: () => retryingOnce(once), find: found })
  }

  return (session: SessionId, operations: readonly Anew<Operation>[]): Promise<CommitResult<Result | Stale | Refused>> => {
    const commits = inHalves<Anew<Operation>, CommitResult<Result | Stale | Refused>>(operations, {
      commit: (members) => commitMembers(session, members),
      refuse: refused,
    })
    return joined(held, session, commits)
  }
}
