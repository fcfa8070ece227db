import type { SessionId } from '#domain'
import type { Claim, Lane, LaneId, Task } from '../../port/lanes.ts'
import { laneOf, type LaneTuple } from '../commits/inserts.ts'
import type { Certainty } from '../connection/certainty.ts'
import { named } from '../functions/install.ts'
import type { HeldLanes } from './held-lanes.ts'
import type { Run } from '../connection/pool.ts'

type TaskTuple = readonly [lane: LaneId, due: number, delivery: Task['delivery'], manual: number]

interface ClaimRow {
  readonly now: number
  readonly next_due: number | null
  readonly lanes: readonly LaneTuple[] | null
  readonly tasks: readonly TaskTuple[] | null
}

/** Lanes that others are taking right now are due, but not ours: look again after this long. */
const CONTENDED_MS = 5

/**
 * The limit of lanes is a literal: with a parameter the generic plan read and sorted every due lane (380 ms against 1.2 ms at a
 * million). Only powers of two are kept prepared, so that a caller whose room varies does not fill the server with statements.
 */
async function claim(run: Run, session: SessionId, { lanesMax, tasksMax }: { lanesMax: number; tasksMax: number }): Promise<Claim> {
  const lanes = Math.max(0, Math.floor(lanesMax))
  const name = Number.isInteger(Math.log2(lanes)) ? { name: `claim_${lanes}` } : {}
  const { rows } = await run({ ...name, text: claimText(lanes), values: [session, tasksMax] })
  const row = rows[0] as unknown as ClaimRow
  const taken = (row.lanes ?? []).map(laneOf)
  const waitMs = row.next_due === null ? Infinity : Math.max(row.next_due - row.now, 0)
  return {
    lanes: taken,
    tasks: (row.tasks ?? []).map(taskOf),
    nextInMs: taken.length === 0 && waitMs === 0 ? CONTENDED_MS : waitMs,
    now: row.now,
  }
}

const claimText = (lanes: number): string =>
  named(`
with clock as materialized (select posthorn.now_ms() as now),
alive as materialized (select 1 from session s where s.id = $1 and s.alive = 1 for key share),
due as materialized (
  select l.lane from lane l
  where l.state = 0 and l.owner is null and l.next_due <= (select now from clock) and exists (select 1 from alive)
  order by l.next_due limit ${lanes} for no key update skip locked
), taken as (
  update lane l set owner = $1, epoch = l.epoch + 1, next_due = ${Number.MAX_SAFE_INTEGER} from due where l.lane = any(array[due.lane])
  returning l.lane, l.application_id, l.epoch, l.failures, l.circuit_until, l.blocked_until, l.takeovers
)
select (select now from clock) as now,
  (select l.next_due from lane l where l.state = 0 and l.owner is null and l.next_due < ${Number.MAX_SAFE_INTEGER}
     and not exists (select 1 from due where due.lane = l.lane) order by l.next_due limit 1) as next_due,
  (select json_agg(json_build_array(t.lane, t.application_id, t.epoch, t.failures, t.circuit_until, t.blocked_until, t.takeovers)) from taken t) as lanes,
  (select json_agg(json_build_array(due.lane, k.due, k.delivery, k.manual) order by k.due) from due cross join lateral (
     select t.due, t.delivery, t.manual from task t where t.lane = due.lane and t.due <= (select now from clock)
     order by t.due, t.delivery, t.manual limit $2) k) as tasks`)

const refillStatement = {
  name: 'refill',
  text: named(`
select json_agg(json_build_array(x.lane, k.due, k.delivery, k.manual) order by k.due) as tasks
from unnest($2::text[], $3::int[]) x(lane, most)
join lane l on l.lane = any(array[x.lane]) and l.owner is not distinct from $1 and l.state = 0
cross join lateral (
  select t.due, t.delivery, t.manual from task t where t.lane = x.lane and t.due <= posthorn.now_ms()
  order by t.due, t.delivery, t.manual limit x.most) k`),
}

export async function refill(
  run: Run,
  session: SessionId,
  wanted: readonly { readonly lane: LaneId; readonly tasksMax: number }[],
): Promise<Task[]> {
  if (wanted.length === 0) return []
  const { rows } = await run({ ...refillStatement, values: [session, wanted.map((one) => one.lane), wanted.map((one) => one.tasksMax)] })
  return ((rows[0]?.tasks ?? []) as TaskTuple[]).map(taskOf)
}

const releaseStatement = { name: 'release', text: named('select posthorn.release($1, $2) as lanes') }

export async function release(run: Run, session: SessionId, lanes: readonly LaneId[]): Promise<LaneId[]> {
  if (lanes.length === 0) return []
  const { rows } = await run({ ...releaseStatement, values: [session, lanes] })
  return (rows[0]?.lanes ?? []) as LaneId[]
}

function taskOf([lane, due, delivery, manual]: TaskTuple): Task {
  return { lane, due, delivery, manual: manual === 1 }
}

/** Claims, and if an answer was lost since the last claim, also returns lanes that the session owns without having heard of it. */
export async function claimAndRecall(
  { run, certainty, held }: { readonly run: Run; readonly certainty: Certainty; readonly held: HeldLanes },
  session: SessionId,
  limits: { readonly lanesMax: number; readonly tasksMax: number },
): Promise<Claim> {
  const find = async () => {
    held.doubt(session)
    return undefined
  }
  const claimed = await certainty.commit({ commit: () => claim(run, session, limits), find })
  held.took(session, claimed.lanes)
  if (!held.doubted(session)) return claimed
  try {
    const recalled = (await ownedLanes(run, session)).filter(({ lane }) => !held.has(session, lane))
    const tasks = await refill(
      run,
      session,
      recalled.map(({ lane }) => ({ lane, tasksMax: limits.tasksMax })),
    )
    held.took(session, recalled)
    return { ...claimed, lanes: [...claimed.lanes, ...recalled], tasks: [...claimed.tasks, ...tasks] }
  } catch {
    // What was claimed must be answered now; the rest is asked for again next time.
    held.doubt(session)
    return claimed
  }
}

async function ownedLanes(run: Run, session: SessionId): Promise<Lane[]> {
  const { rows } = await run({
    text: `select json_agg(json_build_array(l.lane, l.application_id, l.epoch, l.failures, l.circuit_until, l.blocked_until, l.takeovers)) as lanes
      from lane l where l.owner = $1`,
    values: [session],
  })
  return ((rows[0]?.lanes ?? []) as LaneTuple[]).map(laneOf)
}

/** Those of `lanes` that the session does not own. */
export async function notOwned(run: Run, session: SessionId, lanes: readonly LaneId[]): Promise<LaneId[]> {
  const { rows } = await run({
    text: 'select lane from lane where lane = any($2) and owner is not distinct from $1',
    values: [session, lanes],
  })
  const owned = new Set(rows.map((row) => row.lane))
  return lanes.filter((lane) => !owned.has(lane))
}
