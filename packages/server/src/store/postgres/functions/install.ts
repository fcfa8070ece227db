import { createHash } from 'node:crypto'
import type { Execute } from '../../migrations/migrate.ts'
import { createRowTypes } from '../connection/row-type.ts'
import { accept } from './accept.ts'
import { answerRuns } from './answer-runs.ts'
import { insertMessages } from './insert-messages.ts'
import { commitRuns } from './commit-runs.ts'
import { cancelDeliveries, cancelRuns, resend, wakeLanes } from './deliveries.ts'
import { laneOrder } from './lane-order.ts'
import { laneState } from './lane-state.ts'
import { nowMs } from './now-ms.ts'
import { release } from './release.ts'
import { advanceReplay } from './replays.ts'
import { reserve, unthrottle } from './reserve.ts'
import { enterGate, openGates } from './gates.ts'
import { startScheduled } from './start-scheduled.ts'
import { adoptRuns, freeLanes, reap, wakeDueRuns } from './sessions.ts'
import { settle } from './settle.ts'

/**
 * The functions that make each hot operation one round trip, and the types of the rows that they take. In their texts they are called
 * `posthorn.<name>`; in the database their names carry a digest of all texts. So a node of an older release goes on with its own ones while a newer one starts
 * beside it, and nobody ever replaces a function that is in use.
 */
const texts = [
  ...createRowTypes,
  nowMs,
  insertMessages,
  accept,
  commitRuns,
  answerRuns,
  settle,
  release,
  reap,
  freeLanes,
  adoptRuns,
  wakeDueRuns,
  startScheduled,
  enterGate,
  openGates,
  cancelDeliveries,
  cancelRuns,
  wakeLanes,
  resend,
  advanceReplay,
  laneState,
  laneOrder,
  reserve,
  unthrottle,
]

const digest = createHash('sha256').update(texts.join()).digest('hex').slice(0, 10)

/** SQL with the functions' names as this release has them. */
export const named = (sql: string): string => sql.replaceAll('posthorn.', `ph_${digest}_`)

/** Creates what is missing. To be run while no other process can. */
export async function installFunctions(execute: Execute): Promise<void> {
  for (const text of texts) {
    const sql = named(text)
    const name = /(?:function|type) (\w+)/.exec(sql)![1]!
    const [row] = await execute(
      `select 1 from pg_proc where proname = '${name}' and pronamespace = current_schema()::regnamespace
       union all select 1 from pg_type where typname = '${name}' and typnamespace = current_schema()::regnamespace`,
    )
    if (row === undefined) await execute(sql)
  }
}

/** The object identifiers of the row types in this database, by their names. */
export async function rowTypeOids(execute: Execute): Promise<ReadonlyMap<string, number>> {
  const rows = await execute(
    `select typname as name, oid::bigint as oid from pg_type
     where typname like '${named('posthorn.').replaceAll('_', '\\_')}%' and typnamespace = current_schema()::regnamespace`,
  )
  return new Map(rows.map((row) => [String(row.name).slice(named('posthorn.').length), Number(row.oid)]))
}
