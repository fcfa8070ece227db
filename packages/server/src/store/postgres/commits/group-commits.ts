import type { ApplicationId, SessionId } from '#domain'
import type { AcceptOperation, AcceptResult } from '../../port/accept.ts'
import type { Anew, CommitResult, CommitStore } from '../../port/group-commits.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import type { Settlement, SettleResult } from '../../port/settlement.ts'
import { accept } from './accept.ts'
import { inHalves, withoutRepeats } from './batches.ts'
import { passes, type Certainty } from '../connection/certainty.ts'
import { commitRuns } from './commit-runs.ts'
import { findAccept, findRunCommits, findSettlements } from './find-commits.ts'
import type { EncodeRows } from '../connection/encode-rows.ts'
import type { HeldLanes } from '../lanes/held-lanes.ts'
import type { Hints } from '../connection/hints.ts'
import { commitAnew } from './commit-anew.ts'
import type { Pool, Run } from '../connection/pool.ts'
import { settle, type SettleAnswer } from './settle.ts'
import type { Wire } from './wire.ts'

export interface GroupCommitParts {
  readonly run: Run
  readonly pool: Pool
  readonly encode: EncodeRows
  readonly certainty: Certainty
  readonly held: HeldLanes
  readonly hints: Pick<Hints, 'tell'>
  /** Called with each application whose configuration changed. */
  readonly changed: (id: ApplicationId) => void
}

/** The three group commits: data that is refused is singled out, and what became of a lost answer is found out. */
export function createGroupCommits({ run, pool, encode, certainty, held, hints, changed }: GroupCommitParts): CommitStore {
  const none = { lanes: [], tasks: [] }
  const tell: Hints['tell'] = (to, hint) => hints.tell(to, hint)
  const wire = { run, encode, tell }

  /** The answer of a batch that was found kept has no lanes: the next claim tells them. */
  const recalled = <R>(session: SessionId, results: readonly R[] | undefined): CommitResult<R> | undefined => {
    held.doubt(session)
    return results && { results, ...none }
  }

  /** If a part of a batch fails after another was kept, lanes may be ours that nobody is told of. */
  const joined = async <R>(session: SessionId, commit: () => Promise<CommitResult<R>[]>): Promise<CommitResult<R>> => {
    try {
      const parts = await commit()
      const lanes = parts.flatMap((part) => part.lanes)
      held.took(session, lanes)
      return { results: parts.flatMap((part) => part.results), lanes, tasks: parts.flatMap((part) => part.tasks) }
    } catch (error) {
      held.doubt(session)
      throw error
    }
  }

  const acceptParts = (session: SessionId, operations: readonly AcceptOperation[]) =>
    inHalves<AcceptOperation, CommitResult<AcceptResult>>(operations, {
      commit: (members) =>
        certainty.commit({
          commit: () => accept(wire, session, members),
          find: async () => recalled(session, await findAccept(run, members)),
        }),
      refuse: (detail) => ({ results: [{ kind: 'refused', detail }], ...none }),
    })

  const commitRunParts = async (session: SessionId, commits: readonly RunCommit[]) => {
    const parts: CommitResult<RunCommitResult>[] = []
    for (const part of withoutRepeats(commits, (commit) => commit.run)) {
      const done = await inHalves<RunCommit, CommitResult<RunCommitResult>>(part, {
        commit: (members) =>
          certainty.patiently(() =>
            certainty.commit({
              commit: () => commitRuns(wire, session, members),
              find: async () => recalled(session, await findRunCommits(run, session, members)),
            }),
          ),
        refuse: (detail) => ({ results: [{ kind: 'refused', detail }], ...none }),
      })
      parts.push(...done)
    }
    return parts
  }

  /**
   * Batches that are made inside their commits. What was made last is looked for if the answer is lost; a deadlock or a refused member
   * makes it anew.
   */
  const anew = <Operation, Result extends { readonly kind: string }>(
    session: SessionId,
    operations: readonly Anew<Operation>[],
    { commit, find }: AnewParts<Operation, Result>,
  ) =>
    joined<Result | { readonly kind: 'stale' } | Refused>(session, () =>
      inHalves<Anew<Operation>, CommitResult<Result | { readonly kind: 'stale' } | Refused>>(operations, {
        commit: (members) => {
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
            return commitAnew({ pool, ...wire }, recording, (within, all) => commit(within, session, all))
          }
          const found = async () => {
            const kept = made.filter((operation) => operation !== null)
            const results = kept.length === 0 ? undefined : await find(session, kept)
            let next = 0
            return recalled(
              session,
              results && made.map((operation) => (operation === null ? ({ kind: 'stale' } as const) : results[next++]!)),
            )
          }
          return certainty.commit({ commit: () => retryingOnce(once), find: found })
        },
        refuse: (detail) => ({ results: [{ kind: 'refused', detail }], ...none }),
      }),
    )

  return {
    acceptAnew: (session, operations) =>
      anew<AcceptOperation, AcceptResult>(session, operations, { commit: accept, find: (_, made) => findAccept(run, made) }),

    commitRunsAnew: (session, commits) =>
      anew<RunCommit, RunCommitResult>(session, commits, { commit: commitRuns, find: (who, made) => findRunCommits(run, who, made) }),

    accept: (session, operations) =>
      operations.length === 0 ? Promise.resolve({ results: [], ...none }) : joined(session, () => acceptParts(session, operations)),

    commitRuns: (session, commits) =>
      commits.length === 0 ? Promise.resolve({ results: [], ...none }) : joined(session, () => commitRunParts(session, commits)),

    async settle(session, settlements, updates) {
      const parts = withoutRepeats(settlements, ({ task }) => task.delivery)
      const results: SettleResult[] = []
      for (const [i, part] of parts.entries()) {
        // What is known of lanes goes with the last part: it is the newest word.
        const lanes = i === parts.length - 1 ? updates : []
        const answers = await inHalves<Settlement, SettleAnswer>(part, {
          commit: (members) =>
            certainty.patiently(() =>
              certainty.commit<SettleAnswer>({
                commit: () => settle(wire, session, { settlements: members, lanes }),
                find: async () => {
                  const found = await findSettlements(run, session, members)
                  return found && { results: found, changed: lanes.flatMap(({ stop }) => stop?.audit.application ?? []) }
                },
              }),
            ),
          refuse: (refused) => ({ results: [{ settled: false, woken: null, refused }], changed: [] }),
        })
        results.push(...answers.flatMap((answer) => answer.results))
        for (const id of answers.flatMap((answer) => answer.changed)) changed(id)
      }
      return results
    },
  }
}

type Refused = { readonly kind: 'refused'; readonly detail: string }

interface AnewParts<Operation, Result> {
  commit(wire: Wire, session: SessionId, made: readonly Operation[]): Promise<CommitResult<Result>>
  find(session: SessionId, made: readonly Operation[]): Promise<Result[] | undefined>
}

/** A deadlock or a serialization failure kept nothing, and passes. */
async function retryingOnce<T>(once: () => Promise<T>): Promise<T> {
  try {
    return await once()
  } catch (error) {
    if (!passes(error)) throw error
    return once()
  }
}
