import type { SessionId } from '#domain'
import type { CommitResult } from '../../port/group-commits.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import { prepareInserts } from './inserts.ts'
import { prepareCancel } from '../deliveries.ts'
import { eachKept } from '../writes/each-kept.ts'
import type { Engine } from '../engine.ts'
import type { Batch } from './batch.ts'
import { prepareInsertRun } from './insert-run.ts'

type CommitRuns = (session: SessionId, commits: readonly RunCommit[]) => CommitResult<RunCommitResult>

export function prepareCommitRuns(engine: Engine): CommitRuns {
  const { db, clock, sessions, configuration, transaction } = engine
  const beginInserts = prepareInserts(engine)
  const insertRun = prepareInsertRun(engine)
  const cancelDelivery = prepareCancel(engine)
  const held = db.prepare('select 1 from run where id = ? and holder = ? and rev = ?')
  // A reply, once committed, was given: nothing may bring a second one, or take it away.
  const update = db.prepare(
    `update run set status = ?, rev = rev + 1, holder = ?, parked_on = ?, due_at = ?, finished_at = ?, error_code = ?, reply = coalesce(reply, ?),
       wake = nullif(substr(wake, ?), ''), state = ?, steps = ?, faults = ?, meta = ?
     where id = ? and holder = ? and rev = ? and (reply is null or ?)`,
  )
  const goOn = db.prepare(`update run set status = 'running', holder = ?, due_at = null where id = ? and wake is not null`)
  const reopen = db.prepare('delete from dedup where scope = ? and key = ? and ref = ?')

  const keep = (session: SessionId, commit: RunCommit): boolean => {
    const { status, waitMs, steps, faults, meta } = commit
    const ended = status !== 'running' && status !== 'waiting'
    const dueAt = status === 'waiting' && waitMs !== null ? Math.round(clock.now() + waitMs) : null
    const { changes } = update.run(
      ...[status, status === 'running' ? session : null, ended ? null : commit.parkedOn, dueAt],
      ...[ended ? commit.finishedAt : null, commit.errorCode, commit.reply],
      // Of null a substring is null: nothing stays.
      ...[commit.heard === undefined ? null : commit.heard + 1, ended ? null : commit.state, steps, faults, meta],
      ...[commit.run, session, commit.rev, commit.reply === null ? 1 : 0],
    )
    return changes === 1
  }

  const commitOne = (session: SessionId, commit: RunCommit, { inserts, isCurrent }: Batch): RunCommitResult => {
    const isHeld = () => held.get(commit.run, session, commit.rev) !== undefined
    if (commit.messages.length > 0 && !isCurrent(commit.application)) return { kind: isHeld() ? 'stale' : 'lost' }
    if (!keep(session, commit)) return { kind: isHeld() ? 'answered' : 'lost' }
    for (const message of commit.messages) inserts.message(message)
    for (const message of commit.operational ?? []) inserts.message(message)
    for (const run of commit.runs) insertRun(run, session)
    for (const delivery of commit.deliveries) inserts.step(delivery, { application: commit.application.id, run: commit.run })
    for (const delivery of commit.givenUp ?? []) cancelDelivery(delivery)
    if (commit.reopen !== null) reopen.run(commit.reopen.scope, commit.reopen.key, commit.reopen.ref)
    const goesOn = commit.heard !== undefined && commit.status === 'waiting' && goOn.run(session, commit.run).changes === 1
    return { kind: 'committed', rev: commit.rev + 1, ...(goesOn && { goesOn }) }
  }

  return (session, commits) => {
    if (!sessions.alive(session)) return { results: commits.map(() => ({ kind: 'lost' })), lanes: [], tasks: [] }
    const inserts = beginInserts(session)
    const batch = { inserts, isCurrent: configuration.beginComparing() }
    const results = eachKept<RunCommit, RunCommitResult>(transaction, commits, {
      apply: (commit) => commitOne(session, commit, batch),
      refuse: (detail) => ({ kind: 'refused', detail }),
    })
    return { results, ...inserts.finish() }
  }
}
