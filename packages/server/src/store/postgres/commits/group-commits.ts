import type { SessionId } from '#domain'
import type { AcceptOperation, AcceptResult } from '../../port/accept.ts'
import type { CommitResult, CommitStore } from '../../port/group-commits.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import type { LaneUpdate, Settlement, SettleResult } from '../../port/settlement.ts'
import { accept } from './accept.ts'
import { inTransaction } from './in-transaction.ts'
import { EMPTY, joined, recalled, refused } from './batch-result.ts'
import { commitRuns } from './commit-runs.ts'
import { retryingOnce } from '../connection/certainty.ts'
import { findAccept, findRunCommits, findSettlements } from './find-commits.ts'
import { groupAnew } from './group-anew.ts'
import { inHalves, withoutRepeats } from './in-halves.ts'
import { settle, type SettleAnswer } from './settle.ts'
import type { GroupCommitParts } from './wire.ts'

/** The three group commits: data that is refused is singled out, and what became of a lost answer is found out. */
export function createGroupCommits(parts: GroupCommitParts): CommitStore {
  const { run, held } = parts
  return {
    accept: (session, operations) =>
      operations.length === 0 ? Promise.resolve(EMPTY) : joined(held, session, acceptParts(parts, session, operations)),
    acceptAnew: groupAnew<AcceptOperation, AcceptResult>(parts, { commit: accept, find: (_, made) => findAccept(run, made) }),

    commitRuns: (session, commits) =>
      commits.length === 0 ? Promise.resolve(EMPTY) : joined(held, session, commitRunParts(parts, session, commits)),
    commitRunsAnew: groupAnew<RunCommit, RunCommitResult>(parts, {
      commit: commitRuns,
      find: (session, made) => findRunCommits(run, session, made),
    }),

    settle: (session, settlements, updates) => settleParts(parts, session, { settlements, updates }),
  }
}

function acceptParts(parts: GroupCommitParts, session: SessionId, operations: readonly AcceptOperation[]) {
  const { certainty, held, run } = parts
  return inHalves<AcceptOperation, CommitResult<AcceptResult>>(operations, {
    commit: (members) =>
      certainty.commit({
        commit: () =>
          members.some(({ alongside }) => alongside !== undefined)
            ? retryingOnce(() => inTransaction(parts, (wire) => accept(wire, session, members)))
            : accept(parts, session, members),
        find: async () => recalled(held, session, await findAccept(run, members)),
      }),
    refuse: refused,
  })
}

async function commitRunParts(parts: GroupCommitParts, session: SessionId, commits: readonly RunCommit[]) {
  const { certainty, held, run } = parts
  const done: CommitResult<RunCommitResult>[] = []
  for (const part of withoutRepeats(commits, (commit) => commit.run)) {
    const halves = await inHalves<RunCommit, CommitResult<RunCommitResult>>(part, {
      commit: (members) =>
        certainty.patiently(() =>
          certainty.commit({
            commit: () => commitRuns(parts, session, members),
            find: async () => recalled(held, session, await findRunCommits(run, session, members)),
          }),
        ),
      refuse: refused,
    })
    done.push(...halves)
  }
  return done
}

async function settleParts(
  parts: GroupCommitParts,
  session: SessionId,
  { settlements, updates }: { readonly settlements: readonly Settlement[]; readonly updates: readonly LaneUpdate[] },
): Promise<readonly SettleResult[]> {
  const rounds = withoutRepeats(settlements, ({ task }) => task.delivery)
  const results: SettleResult[] = []
  for (const [i, round] of rounds.entries()) {
    // What is known of lanes goes with the last part: it is the newest word.
    const lanes = i === rounds.length - 1 ? updates : []
    const answers = await inHalves<Settlement, SettleAnswer>(round, {
      commit: (members) => settleMembers(parts, session, { settlements: members, lanes }),
      refuse: (why) => ({ results: [{ settled: false, woken: null, refused: why }], changed: [] }),
    })
    results.push(...answers.flatMap((answer) => answer.results))
    for (const id of answers.flatMap((answer) => answer.changed)) parts.changed(id)
  }
  return results
}

function settleMembers(
  parts: GroupCommitParts,
  session: SessionId,
  batch: { readonly settlements: readonly Settlement[]; readonly lanes: readonly LaneUpdate[] },
): Promise<SettleAnswer> {
  const { certainty, run } = parts
  return certainty.patiently(() =>
    certainty.commit<SettleAnswer>({
      commit: () => settle(parts, session, batch),
      find: async () => {
        const found = await findSettlements(run, session, batch.settlements)
        return found && { results: found, changed: batch.lanes.flatMap(({ stop }) => stop?.audit.application ?? []) }
      },
    }),
  )
}
