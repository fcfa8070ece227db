import Database from 'better-sqlite3'
import { configurationParts } from '../port/made-from.ts'
import type { Alongside, LaneChange, Mutation, MutationResult } from '../port/mutation.ts'
import { prepareOperational } from './commits/inserts.ts'
import type { Engine } from './engine.ts'
import { prepareLaneOrder } from './lanes/lane-order.ts'
import type { Quota } from './lanes/reserve.ts'

/** Undoes the transaction and carries the answer out of it. */
class Undone extends Error {
  readonly result: MutationResult

  constructor(result: MutationResult) {
    super(result.kind)
    this.result = result
  }
}

export function prepareMutate(engine: Engine, quota: Quota): (mutation: Mutation) => MutationResult {
  const { configuration, transaction } = engine
  const writeAlongside = prepareAlongside(engine)
  const changeLane = prepareChangeLane(engine)
  const insertOperational = prepareOperational(engine)

  const apply = (mutation: Mutation): void => {
    const { application, touches = configurationParts, lanes = [], limits, operational } = mutation
    if (application !== null && !configuration.raise(application, touches)) throw new Undone({ kind: 'changed' })
    writeAlongside(mutation)
    for (const change of lanes) changeLane(change)
    configuration.changed(application?.id ?? null)
    if (limits !== undefined) changeLimits(limits)
    if (operational !== undefined) insertOperational(operational)
  }

  const changeLimits = (limits: NonNullable<Mutation['limits']>): void => {
    const raised = 'plan' in limits ? configuration.raisePlan(limits.plan) : []
    for (const application of raised) configuration.changed(application)
    for (const application of 'plan' in limits ? raised : [limits.application]) quota.unthrottle(application)
  }

  return (mutation) => {
    try {
      transaction.nested(() => apply(mutation))
      return { kind: 'done' }
    } catch (error) {
      if (error instanceof Undone) return error.result
      if (isTaken(error)) return { kind: 'conflict' }
      throw error
    }
  }
}

/** Throws where a statement does not find the rows that it must touch. */
export function prepareAlongside(engine: Engine): (alongside: Alongside) => void {
  const run = prepareRun(engine)
  return ({ statements, audit }) => {
    for (const { query, rows } of statements) {
      const touched = run(query.sql, query.parameters)
      if (rows !== undefined && touched !== rows) throw new Undone({ kind: 'changed' })
    }
    for (const entry of audit) engine.configuration.audit(entry)
  }
}

/** Runs a compiled statement and returns how many rows it touched. Management is rare, so nothing is kept prepared. */
function prepareRun({ db }: Engine): (sql: string, parameters: readonly unknown[]) => number {
  return (sql, parameters) => {
    if (/^\s*(insert\s+into|insert\s+or\s+\w+\s+into|replace\s+into|update|delete\s+from)\s+"?lane"?[\s(]/i.test(sql)) {
      throw new Error('The engine keeps the table lane: name the change in Mutation.lanes.')
    }
    const statement = db.prepare(sql)
    return statement.reader ? statement.all(...parameters).length : statement.run(...parameters).changes
  }
}

function prepareChangeLane(engine: Engine): (change: LaneChange) => void {
  const { db, lanes } = engine
  const changeOrder = prepareLaneOrder(engine)
  const setState = db.prepare('update lane set state = ? where lane = ?')
  const reset = db.prepare('update lane set failures = 0, circuit_until = 0 where lane = ?')
  return (change) => {
    if (change.kind === 'create') {
      const { lane, application, state, ordered = false } = change
      lanes.create({ lane, application, state, ordered })
      return
    }
    const lane = lanes.get(change.lane)
    // A step's lane begins with its first delivery, so it may not be there yet.
    if (lane === undefined) return
    if (change.kind === 'order') return changeOrder(lane, change.ordered)
    setState.run(change.state, change.lane)
    lanes.change(lane, { state: change.state })
    if (change.resetFailures) {
      reset.run(change.lane)
      lanes.change(lane, { failures: 0, circuitUntil: 0 })
    }
    lanes.reckon(lane)
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(error.code)
}
