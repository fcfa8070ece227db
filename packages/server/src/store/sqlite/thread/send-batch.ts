import type { AcceptOperation, AcceptResult } from '../../port/accept.ts'
import type { CommitResult } from '../../port/group-commits.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import type { LaneUpdate, SettleResult, Settlement } from '../../port/settlement.ts'
import { packBatch, type Parcel } from './parcel.ts'

/** Throws where the parcel cannot cross: then nothing was sent. */
export type Send = (parcel: Parcel) => Promise<unknown>

/**
 * Packs a batch and sends it. Where it cannot cross, those of its members that cannot are refused, as the engine refuses alone what it cannot
 * keep, and the others are sent. Throws where none of them is to blame: then nothing was sent.
 */
export function sendAccepts(operations: readonly AcceptOperation[], send: Send): Promise<CommitResult<AcceptResult>> {
  const refuse = (detail: string): AcceptResult => ({ kind: 'refused', detail })
  return sendEach(operations, { send, pack: (some) => packBatch('accept', some), complete: inCommit(refuse) })
}

/** As `sendAccepts`. */
export function sendRunCommits(commits: readonly RunCommit[], send: Send): Promise<CommitResult<RunCommitResult>> {
  const refuse = (detail: string): RunCommitResult => ({ kind: 'refused', detail })
  return sendEach(commits, { send, pack: (some) => packBatch('commitRuns', some), complete: inCommit(refuse) })
}

/** As `sendAccepts`. */
export function sendSettlements(
  settlements: readonly Settlement[],
  lanes: readonly LaneUpdate[],
  send: Send,
): Promise<readonly SettleResult[]> {
  const refuse = (refused: string): SettleResult => ({ settled: false, woken: null, refused })
  const pack = (some: readonly Settlement[]) => packBatch('settle', { settlements: some, lanes })
  return sendEach(settlements, { send, pack, complete: (results, faults) => withRefused(results, faults, refuse) })
}

/** Why a member cannot cross; undefined: it can. */
type Faults = readonly (string | undefined)[]

interface Sending<Member, Answer> {
  readonly send: Send
  readonly pack: (members: readonly Member[]) => Parcel
  /** The answer about those that crossed, with a refusal in the place of each that did not. */
  readonly complete: (answer: Answer, faults: Faults) => Answer
}

function sendEach<Member, Answer>(members: readonly Member[], { send, pack, complete }: Sending<Member, Answer>): Promise<Answer> {
  try {
    return send(pack(members)) as Promise<Answer>
  } catch (error) {
    const faults = members.map((member) => faultOf(() => structuredClone(pack([member]))))
    const crossing = members.filter((_, i) => faults[i] === undefined)
    if (crossing.length === members.length) throw error
    return send(pack(crossing)).then((answer) => complete(answer as Answer, faults))
  }
}

function faultOf(cross: () => unknown): string | undefined {
  try {
    cross()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const inCommit =
  <Result>(refuse: (detail: string) => Result) =>
  (answer: CommitResult<Result>, faults: Faults): CommitResult<Result> => ({
    ...answer,
    results: withRefused(answer.results, faults, refuse),
  })

function withRefused<Result>(results: readonly Result[], faults: Faults, refuse: (detail: string) => Result): Result[] {
  let next = 0
  return faults.map((fault) => (fault === undefined ? results[next++]! : refuse(fault)))
}
