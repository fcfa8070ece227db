import type { Mutation, MutationResult } from '../store.ts'
import { storable } from './documents.ts'
import { named } from './functions/install.ts'
import { sqlState, type Pool, type Run } from './pool.ts'

/** Rolls the transaction back and carries the answer out of it. */
class Undone extends Error {
  readonly result: MutationResult

  constructor(result: MutationResult) {
    super(result.kind)
    this.result = result
  }
}

const UNIQUE_VIOLATION = '23505'

/** Application, statements, audit, then lanes in order: their locks are taken last and held shortly. */
export async function mutate(pool: Pool, mutation: Mutation): Promise<MutationResult> {
  try {
    await pool.transaction((run) => apply(run, mutation))
    return { kind: 'done' }
  } catch (error) {
    if (error instanceof Undone) return error.result
    if (sqlState(error) === UNIQUE_VIOLATION) return { kind: 'conflict' }
    throw error
  }
}

const raiseText = 'update application set version = version + 1, changed_in = pg_current_xact_id() where id = $1 and version = $2'

const auditText = `
insert into audit (id, at, application_id, actor, action, target, before, after, ip) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

async function apply(run: Run, { statements, application, lanes = [], audit }: Mutation): Promise<void> {
  if (application !== null) {
    const { count } = await run({ text: raiseText, values: [application.id, application.version] })
    if (count !== 1) throw new Undone({ kind: 'changed' })
  }
  for (const { query, rows } of statements) {
    refuseLanes(query.sql)
    const { count } = await run({ text: query.sql, values: query.parameters.map(safe) })
    if (rows !== undefined && count !== rows) throw new Undone({ kind: 'changed' })
  }
  for (const { id, at, application: owner, actor, action, target, before, after, ip } of audit) {
    await run({ text: auditText, values: [id, at, owner, actor, action, target, before, after, ip].map(safe) })
  }
  for (const change of lanes.toSorted((a, b) => (a.lane < b.lane ? -1 : 1))) {
    if (change.kind === 'create') {
      const text = `insert into lane (lane, application_id, state, next_due) values ($1, $2, $3, ${Number.MAX_SAFE_INTEGER})`
      await run({ text, values: [change.lane, change.application, change.state] })
    } else {
      await run({ text: named('select posthorn.lane_state($1, $2, $3)'), values: [change.lane, change.state, change.resetFailures] })
    }
  }
}

function refuseLanes(sql: string): void {
  if (/^\s*(insert\s+into|update|delete\s+from)\s+"?lane"?[\s(]/i.test(sql)) {
    throw new Error('The engine keeps the table lane: name the change in Mutation.lanes.')
  }
}

function safe(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value
}
