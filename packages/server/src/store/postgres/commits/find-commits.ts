import type { ApplicationId, RunId, SessionId } from '#domain'
import type { AcceptOperation, AcceptResult, Dedup } from '../../port/accept.ts'
import type { NewRun } from '../../port/new-work.ts'
import type { RunCommit, RunCommitResult } from '../../port/run-commit.ts'
import type { Settlement, SettleResult } from '../../port/settlement.ts'
import type { Run } from '../connection/pool.ts'

/**
 * What became of a batch whose answer was lost, by the ids in it. A batch is kept whole or not at all, so one trace proves it.
 * Lanes that it took come with the next claim.
 */
export async function findAccept(run: Run, operations: readonly AcceptOperation[]): Promise<AcceptResult[] | undefined> {
  const { rows } = await run({
    text: `select id, duplicate_of from request where id = any($1)
      union all select id, null from message where id = any($2) union all select id, null from run where id = any($3)`,
    values: [
      operations.flatMap((operation) => operation.request?.id ?? []),
      operations.flatMap((operation) => operation.messages.map((message) => message.id)),
      operations.flatMap((operation) => runsOf(operation).map((one) => one.id)),
    ],
  })
  const kept = new Map(rows.map((row) => [row.id as string, row.duplicate_of as string | null]))
  if (kept.size === 0) return undefined
  const refs = await refsOf(run, operations)
  return operations.map((operation) => {
    const id = operation.request?.id ?? operation.messages[0]?.id ?? operation.runs[0]?.id
    const copies = (operation.parts ?? []).flatMap(({ runs }, i) => (runs[0] !== undefined && !kept.has(runs[0].id) ? [i] : []))
    const taken = dedupsOf(operation).find(({ scope, key, ref }) => (refs.get(`${scope} ${key}`) ?? ref) !== ref)
    if (id !== undefined && kept.get(id) === null) return copies.length > 0 ? { kind: 'accepted', copies } : { kind: 'accepted' }
    if (taken === undefined) return { kind: id === undefined ? 'accepted' : 'stale' }
    return { kind: 'duplicate', scope: taken.scope, ref: refs.get(`${taken.scope} ${taken.key}`)! }
  })
}

function runsOf({ runs, parts = [] }: AcceptOperation): readonly NewRun[] {
  return [...runs, ...parts.flatMap((part) => part.runs)]
}

function dedupsOf({ dedups, parts = [] }: AcceptOperation): readonly Dedup[] {
  return [...dedups, ...parts.flatMap(({ dedup }) => dedup ?? [])]
}

async function refsOf(run: Run, operations: readonly AcceptOperation[]): Promise<Map<string, string>> {
  const dedups = operations.flatMap(dedupsOf)
  if (dedups.length === 0) return new Map()
  const { rows } = await run({
    text: 'select d.scope, d.key, d.ref from unnest($1::text[], $2::text[]) x(scope, key) join dedup d on d.scope = any(array[x.scope]) and d.key = x.key',
    values: [dedups.map((dedup) => dedup.scope), dedups.map((dedup) => dedup.key)],
  })
  return new Map(rows.map((row) => [`${row.scope as string} ${row.key as string}`, row.ref as string]))
}

export async function findRunCommits(run: Run, session: SessionId, commits: readonly RunCommit[]): Promise<RunCommitResult[] | undefined> {
  const { rows } = await run({
    text: 'select id, rev, holder, status, steps from run where id = any($1)',
    values: [commits.map((commit) => commit.run)],
  })
  const now = new Map(rows.map((row) => [row.id as string, row]))
  const results = commits.map((commit): RunCommitResult => {
    const row = now.get(commit.run)
    const goesOn = commit.heard !== undefined && commit.status === 'waiting' && row?.status === 'running'
    if (row?.rev === commit.rev + 1 && (row.status === commit.status || goesOn) && row.steps === commit.steps)
      return { kind: 'committed', rev: commit.rev + 1, ...(goesOn && { goesOn }) }
    return { kind: row?.rev === commit.rev && row.holder === session ? 'stale' : 'lost' }
  })
  return results.some((result) => result.kind === 'committed') ? results : undefined
}

/** Attempts prove it; without any, so does that no task is where it was. */
export async function findSettlements(
  run: Run,
  session: SessionId,
  settlements: readonly Settlement[],
): Promise<SettleResult[] | undefined> {
  const [attempts, tasks] = await Promise.all([
    run({ text: 'select id from attempt where id = any($1)', values: [settlements.flatMap(({ attempt }) => attempt?.id ?? [])] }),
    run({
      text: `select t.delivery, t.manual from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) x(lane, due, delivery, manual)
        join task t on t.lane = any(array[x.lane]) and t.due = x.due and t.delivery = x.delivery and t.manual = x.manual`,
      values: [
        settlements.map(({ task }) => task.lane),
        settlements.map(({ task }) => task.due),
        settlements.map(({ task }) => task.delivery),
        settlements.map(({ task }) => (task.manual ? 1 : 0)),
      ],
    }),
  ])
  const tried = new Set(attempts.rows.map((row) => row.id as string))
  const untouched = new Set(tasks.rows.map((row) => `${row.delivery as string} ${row.manual as number}`))
  const settled = settlements.map(({ task, attempt }) =>
    attempt === null ? !untouched.has(`${task.delivery} ${task.manual ? 1 : 0}`) : tried.has(attempt.id),
  )
  const kept = settlements.some(({ attempt }) => attempt !== null) ? tried.size > 0 : untouched.size === 0
  if (!kept) return undefined
  const woken = await wokenBy(run, session, settlements)
  return settlements.map(({ task, next }, i) => ({
    settled: settled[i]!,
    woken: (settled[i]! && woken.get(task.delivery)) || null,
    // Only in an ordered lane is a task where it was after it was settled.
    ...(settled[i]! && next.kind !== 'end' && untouched.has(`${task.delivery} ${task.manual ? 1 : 0}`) && { keptPlace: true as const }),
  }))
}

/** Runs that wait to go on after one of these deliveries, held by the session. */
async function wokenBy(run: Run, session: SessionId, settlements: readonly Settlement[]) {
  const { rows } = await run({
    text: `select d.id, r.id as run, r.application_id, r.rev from delivery d join run r on r.id = any(array[d.run_id])
      where d.id = any($1) and d.finished_at is not null and r.holder = $2 and r.status = 'queued' and r.wake is not null`,
    values: [settlements.map(({ task }) => task.delivery), session],
  })
  return new Map(
    rows.map((row) => [
      row.id as string,
      { run: row.run as RunId, application: row.application_id as ApplicationId, rev: row.rev as number },
    ]),
  )
}
