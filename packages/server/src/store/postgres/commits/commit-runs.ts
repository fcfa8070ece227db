import type { SessionId } from '#domain'
import type { CommitResult } from '../../port/group-commits.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import { collectApplications } from './applications.ts'
import { collectInserts, notifyOthers, type Inserted } from './inserts.ts'
import { named } from '../functions/install.ts'
import { rowTypes } from '../connection/row-type.ts'
import type { Wire } from './wire.ts'

interface Answer {
  readonly now: number
  readonly kinds: readonly (0 | 1 | 2 | 3)[]
  readonly goes_on: readonly number[] | null
  readonly inserted: Inserted | null
}

const statement = {
  name: 'commit_runs',
  text: named('select posthorn.commit_runs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) as answer'),
}

const refusals = { 1: 'lost', 2: 'stale', 3: 'answered' } as const

/** One round trip for a batch in which each run stands once. */
export async function commitRuns(
  { run, encode, send }: Wire,
  session: SessionId,
  commits: readonly RunCommit[],
): Promise<CommitResult<RunCommitResult>> {
  const inserts = collectInserts(encode)
  const applications = collectApplications()
  const rows: object[] = []
  const reopens: object[] = []
  const runs: object[] = []
  const givenUp = commits.flatMap(({ givenUp: ids = [] }, i) => ids.map((id) => ({ op: i + 1, id })))
  for (const [i, commit] of commits.entries()) {
    const op = i + 1
    // The version is compared only if there are messages, whose recipients were matched by it.
    applications.add(commit.messages.length > 0 ? commit.application : null)
    rows.push(commitRow(op, commit))
    if (commit.reopen !== null) reopens.push({ op, ...commit.reopen })
    for (const inserted of commit.runs) runs.push({ op, ...inserted, ...inserted.ended })
    for (const message of commit.messages) inserts.message(op, message)
    for (const message of commit.operational ?? []) inserts.message(op, message)
    for (const delivery of commit.deliveries) inserts.step(op, delivery, { application: commit.application.id, run: commit.run })
  }
  const values = [
    session,
    ...applications.parameters,
    commits.map((commit) => commit.run),
    commits.map((commit) => commit.rev),
    commits.map((commit) => commit.reply !== null),
    commits.some(({ heard }) => heard !== undefined) ? commits.map(({ heard }) => heard ?? null) : null,
    ...(givenUp.length === 0 ? [null, null] : [givenUp.map(({ op }) => op), givenUp.map(({ id }) => id)]),
    encode(rowTypes.commit, rows),
    encode(rowTypes.reopen, reopens),
    encode(rowTypes.run, runs),
    ...inserts.parameters,
  ]
  const answer = (await run({ ...statement, values })).rows[0]!.answer as Answer | null
  if (answer === null) return { results: commits.map(() => ({ kind: 'lost' })), lanes: [], tasks: [] }
  const { now, kinds, goes_on: goesOn, inserted } = answer
  const results = kinds.map((kind, i): RunCommitResult => {
    if (kind !== 0) return { kind: refusals[kind] }
    return { kind: 'committed', rev: commits[i]!.rev + 1, ...(goesOn?.includes(i + 1) && { goesOn: true }) }
  })
  notifyOthers(inserted, send)
  return { results, ...inserts.result(inserted, now, (op) => kinds[op - 1] === 0) }
}

function commitRow(op: number, commit: RunCommit): object {
  const { run, status, errorCode, reply, steps, faults, meta } = commit
  const ended = status !== 'running' && status !== 'waiting'
  return {
    op,
    run,
    status,
    parked_on: ended ? null : commit.parkedOn,
    wait_ms: status === 'waiting' && commit.waitMs !== null ? Math.round(commit.waitMs) : null,
    finished_at: ended ? commit.finishedAt : null,
    error_code: errorCode,
    reply,
    state: ended ? null : commit.state,
    steps,
    faults,
    meta,
  }
}
