import type { ApplicationId, DeliveryId, RunId, SessionId } from '#domain'
import type { StoredDelivery } from '../records/delivery.ts'
import { bodyless, type StoredRequest } from '../records/request.ts'
import type { StoredRun } from '../records/run.ts'
import type { LoadedDelivery } from '../port/deliveries.ts'
import type { HeldRun, LoadedRun, RunReply } from '../port/runs.ts'
import { wantsBody } from '../new-rows.ts'
import type { Run } from './connection/pool.ts'

const deliveryText = `
select d.id, d.application_id, d.lane, d.endpoint_id, d.message_id, d.run_id, d.step_id, d.event_type, d.status, d.attempts, d.retries,
  d.retry_in_seen, d.first_attempt_at, d.next_at, d.created_at, d.finished_at, d.last_status, d.last_failure, d.request,
  m.event_id as "eventId", case when d.message_id is null then d.body else m.payload end as payload
from unnest($1::text[]) with ordinality x(id, n) join delivery d on d.id = any(array[x.id]) left join message m on m.id = any(array[d.message_id]) order by x.n`

export async function loadDeliveries(run: Run, ids: readonly DeliveryId[]): Promise<LoadedDelivery[]> {
  if (ids.length === 0) return []
  const { rows } = await run({ name: 'load_deliveries', text: deliveryText, values: [ids] })
  return (rows as unknown as (Omit<StoredDelivery, 'body'> & { eventId: string | null; payload: Uint8Array | null })[]).map(
    ({ eventId, payload, ...delivery }) => ({ delivery, eventId, payload }),
  )
}

const heldText = 'select id, application_id, rev from run where holder = $1 and id > $2 order by id limit $3'

export async function heldRuns(run: Run, session: SessionId, { after, most }: { after: RunId | null; most: number }): Promise<HeldRun[]> {
  const { rows } = await run({ name: 'held_runs', text: heldText, values: [session, after ?? '', most] })
  return rows.map((row) => ({ run: row.id as RunId, application: row.application_id as ApplicationId, rev: row.rev as number }))
}

const runText = 'select r.* from unnest($1::text[]) with ordinality x(id, n) join run r on r.id = any(array[x.id]) order by x.n'

export async function loadRuns(run: Run, ids: readonly RunId[]): Promise<LoadedRun[]> {
  if (ids.length === 0) return []
  const runs = (await run({ name: 'load_runs', text: runText, values: [ids] })).rows as unknown as StoredRun[]
  const idsOf = (rows: readonly StoredRun[]) => [...new Set(rows.flatMap((row) => row.request_id ?? []))]
  const whole = await requestsOf(run, { name: 'load_requests', columns: '*', ids: idsOf(runs.filter(wantsBody)) })
  const others = await requestsOf(run, { name: 'load_heads', columns: bodyless, ids: idsOf(runs.filter((row) => !wantsBody(row))) })
  return runs.map((row) => ({ run: row, request: (wantsBody(row) ? whole : others).get(row.request_id ?? '') ?? null }))
}

async function requestsOf(
  run: Run,
  { name, columns, ids }: { readonly name: string; readonly columns: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, StoredRequest>> {
  if (ids.length === 0) return new Map()
  const { rows } = await run({ name, text: `select ${columns} from request where id = any($1)`, values: [ids] })
  return new Map((rows as unknown as StoredRequest[]).map((row) => [row.id, row]))
}

const repliesText = `
select r.id as run, r.status, r.reply from unnest($1::text[]) with ordinality x(id, n) join run r on r.id = any(array[x.id])
where r.reply is not null or r.finished_at is not null order by x.n`

export async function replies(run: Run, ids: readonly RunId[]): Promise<RunReply[]> {
  if (ids.length === 0) return []
  const { rows } = await run({ name: 'replies', text: repliesText, values: [ids] })
  return rows as unknown as RunReply[]
}
