import type { ApplicationId, SessionId } from '#domain'
import type { AcceptOperation, AcceptResult, CommitResult, RunCommit, RunCommitResult, Settlement, SettleResult, Store } from '../store.ts'
import { accept } from './accept.ts'
import { inHalves, withoutRepeats } from './batches.ts'
import type { Certainty } from './certainty.ts'
import { commitRuns } from './commit-runs.ts'
import { findAccept, findRunCommits, findSettlements } from './find-commits.ts'
import type { EncodeRows } from './encode-rows.ts'
import type { HeldLanes } from './held-lanes.ts'
import type { Hints } from './hints.ts'
import type { Run } from './pool.ts'
import { settle, type SettleAnswer } from './settle.ts'

export interface GroupCommitParts {
  readonly run: Run
  readonly encode: EncodeRows
  readonly certainty: Certainty
  readonly held: HeldLanes
  readonly hints: Pick<Hints, 'tell'>
  /** Called with each application whose configuration changed. */
  readonly changed: (id: ApplicationId) => void
}

/** The three group commits: data that is refused is singled out, and what became of a lost answer is found out. */
export function createGroupCommits({
  run,
  encode,
  certainty,
  held,
  hints,
  changed,
}: GroupCommitParts): Pick<Store, 'accept' | 'commitRuns' | 'settle'> {
  const none = { lanes: [], tasks: [] }
  const wire = { run, encode, tell: hints.tell }

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

  return {
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
