import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { sqlState } from '../connection/pool.ts'

/** Data that PostgreSQL refuses: data exceptions, broken constraints, values beyond a limit (an index row that is too large). */
function isDataError(error: unknown): error is Error {
  return /^(22|23|54)/.test(sqlState(error) ?? '') || error instanceof TypeError || error instanceof RangeError
}

/**
 * Commits a batch. If the database refuses it for its data, it is halved until the member is found that is to blame, so that one bad
 * value does not fail 255 others. Halves are committed in order, since a later member may repeat an earlier one's key.
 */
export async function inHalves<Member, Answer>(
  members: readonly Member[],
  { commit, refuse }: { commit: (members: readonly Member[]) => Promise<Answer>; refuse: (detail: string) => Answer },
): Promise<Answer[]> {
  try {
    return [await commit(members)]
  } catch (error) {
    if (!isDataError(error) || members.length === 0) throw error
    if (members.length === 1) return [refuse(error.message)]
  }
  const middle = members.length >> 1
  const first = await inHalves(members.slice(0, middle), { commit, refuse })
  const second = await inHalves(members.slice(middle), { commit, refuse }).catch((error: unknown) => {
    // The first half is kept, so nobody may conclude that nothing is.
    throw new CommitUnknownError(error)
  })
  return [...first, ...second]
}

/** Splits a batch wherever a name comes again, because one statement can change a row only once. Nearly always there is one part. */
export function withoutRepeats<Member>(members: readonly Member[], nameOf: (member: Member) => string): (readonly Member[])[] {
  if (new Set(members.map(nameOf)).size === members.length) return [members]
  const parts: Member[][] = [[]]
  let names = new Set<string>()
  for (const member of members) {
    const name = nameOf(member)
    if (names.has(name)) {
      parts.push([])
      names = new Set()
    }
    names.add(name)
    parts.at(-1)!.push(member)
  }
  return parts
}
