import type { ApplicationId } from '#domain'
import { configurationParts } from '../port/made-from.ts'
import type { Mutation, MutationResult } from '../port/mutation.ts'
import type { NewMessage } from '../port/new-work.ts'
import { Undone, writeAlongside } from './alongside.ts'
import { collectInserts } from './commits/inserts.ts'
import type { EncodeRows } from './connection/encode-rows.ts'
import { named } from './functions/install.ts'
import { sqlState, type Pool, type Run } from './connection/pool.ts'

const UNIQUE_VIOLATION = '23505'

export interface MutationAnswer {
  readonly result: MutationResult
  /** Applications whose configuration changed beside the mutation's own: those of a plan. */
  readonly changed: readonly ApplicationId[]
}

/** Application, statements, audit, then lanes in order: their locks are taken last and held shortly. */
export async function mutate({ pool, encode }: { pool: Pool; encode: EncodeRows }, mutation: Mutation): Promise<MutationAnswer> {
  try {
    let changed: readonly ApplicationId[] = []
    await pool.transaction(async (run) => {
      changed = await apply({ run, encode }, mutation)
    })
    return { result: { kind: 'done' }, changed }
  } catch (error) {
    if (error instanceof Undone) return { result: error.result, changed: [] }
    if (sqlState(error) === UNIQUE_VIOLATION) return { result: { kind: 'conflict' }, changed: [] }
    throw error
  }
}

const raiseText = `
update application set version = version + 1, inbound_version = inbound_version + $3, outbound_version = outbound_version + $4,
  changed_in = pg_current_xact_id() where id = $1 and version = $2`

const raisePlanText = `
update application a set version = a.version + 1, changed_in = pg_current_xact_id()
  from (select x.id from application x where x.plan = $1 and x.deleted_at is null order by x.id for no key update) y where a.id = y.id
  returning a.id`

async function apply({ run, encode }: { run: Run; encode: EncodeRows }, mutation: Mutation): Promise<readonly ApplicationId[]> {
  const { application, touches = configurationParts, lanes = [] } = mutation
  if (application !== null) {
    const { count } = await run({
      text: raiseText,
      values: [application.id, application.version, ...configurationParts.map((part) => Number(touches.includes(part)))],
    })
    if (count !== 1) throw new Undone({ kind: 'changed' })
  }
  await writeAlongside(run, mutation)
  for (const change of lanes.toSorted((a, b) => (a.lane < b.lane ? -1 : 1))) {
    if (change.kind === 'create') {
      const text = `insert into lane (lane, application_id, state, next_due, ordered) values ($1, $2, $3, ${Number.MAX_SAFE_INTEGER}, $4)`
      await run({ text, values: [change.lane, change.application, change.state, change.ordered ? 1 : 0] })
    } else if (change.kind === 'order') {
      await run({ text: named('select posthorn.lane_order($1, $2)'), values: [change.lane, change.ordered] })
    } else {
      await run({ text: named('select posthorn.lane_state($1, $2, $3)'), values: [change.lane, change.state, change.resetFailures] })
    }
  }
  if (mutation.operational !== undefined) await insertOperational(run, encode, mutation.operational)
  return mutation.limits === undefined ? [] : applyLimits(run, mutation.limits)
}

/** Of no session, so that nobody takes their lanes here. */
async function insertOperational(run: Run, encode: EncodeRows, messages: readonly NewMessage[]): Promise<void> {
  const inserts = collectInserts(encode)
  for (const message of messages) inserts.message(1, message)
  const text = named("select posthorn.insert_messages('', false, posthorn.now_ms(), array[0], $1, $2, $3, $4)")
  await run({ text, values: inserts.parameters })
}

async function applyLimits(run: Run, limits: NonNullable<Mutation['limits']>): Promise<readonly ApplicationId[]> {
  const raised =
    'plan' in limits ? (await run({ text: raisePlanText, values: [limits.plan] })).rows.map(({ id }) => id as ApplicationId) : []
  const limited = 'plan' in limits ? raised : [limits.application]
  await run({ text: named('select posthorn.unthrottle($1)'), values: [limited] })
  return raised
}
