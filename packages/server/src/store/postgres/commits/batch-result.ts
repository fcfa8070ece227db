import type { SessionId } from '#domain'
import type { CommitResult } from '../../port/group-commits.ts'
import type { HeldLanes } from '../lanes/held-lanes.ts'

export interface Refused {
  readonly kind: 'refused'
  readonly detail: string
}

const NONE = { lanes: [], tasks: [] }
export const EMPTY = { results: [], ...NONE }

/** Of a member whose data the database does not take. */
export function refused(detail: string): CommitResult<Refused> {
  return { results: [{ kind: 'refused', detail }], ...NONE }
}

/** The answer of a batch that was found kept has no lanes: they come with the next claim. */
export function recalled<R>(held: HeldLanes, session: SessionId, results: readonly R[] | undefined): CommitResult<R> | undefined {
  held.doubt(session)
  return results && { results, ...NONE }
}

/** If a part of a batch fails after another was kept, lanes may be ours that nobody knows of. */
export async function joined<R>(held: HeldLanes, session: SessionId, commit: Promise<CommitResult<R>[]>): Promise<CommitResult<R>> {
  try {
    const parts = await commit
    const lanes = parts.flatMap((part) => part.lanes)
    held.took(session, lanes)
    return { results: parts.flatMap((part) => part.results), lanes, tasks: parts.flatMap((part) => part.tasks) }
  } catch (error) {
    held.doubt(session)
    throw error
  }
}
