import { firstIdAt, firstMinuteOfHour, type IdPrefix } from '#domain'
import type { RetentionBefore, UpkeepStore } from '../port/upkeep.ts'
import { retainInRounds, type Retained, type RetainedPageEnd } from '../retain-in-rounds.ts'
import type { Run } from './connection/pool.ts'

interface Kind extends Retained {
  /** Looks at up to `$3` rows behind `$1` and before `$2`; answers how many went, and the last key it looked at if there may be more. */
  readonly text: string
}

/** Still to be sent: it has a task, perhaps a manual one only. */
const deliveryLives = (alias: string) =>
  `(${alias}.status not in ('delivered', 'failed', 'cancelled') or exists (select 1 from task t where t.manual = 1 and t.delivery = ${alias}.id))`

interface LogKind {
  readonly prefix: IdPrefix
  readonly kind: Exclude<keyof RetentionBefore, 'now'>
  /** Whether row `x` is live. */
  readonly live: string
  /** Absent: it is deleted. */
  readonly remove?: string
  /** Further removals that belong to the rows in `gone`. */
  readonly also?: string
}

function logKind(table: string, { prefix, kind, live, remove = `delete from ${table} x using`, also = '' }: LogKind): Kind {
  return {
    name: table,
    bound: (before) => (before[kind] === null ? null : firstIdAt(prefix, before[kind])),
    text: `
with page as materialized (select x.id, ${live} as live from ${table} x where x.id > $1 and x.id < $2 order by x.id limit $3),
gone as (${remove} page where x.id = any(array[page.id]) and not page.live returning x.id)
${also}
select (select count(*) from gone)${also === '' ? '' : ' + (select count(*) from more)'} as went,
  (select max(id) from page having count(*) = $3) as last`,
  }
}

function expiredKind(table: string, [key, ...rest]: readonly [string, ...string[]]): Kind {
  return {
    name: table,
    bound: ({ now }) => now,
    text: `
with page as materialized (select ${[key, ...rest].join(', ')} from ${table} where $1 = '' and expires_at <= $2 limit $3 for update skip locked),
gone as (delete from ${table} x using page where x.${key} = any(array[page.${key}])${rest.map((one) => ` and x.${one} = page.${one}`).join('')} returning 1)
select count(*) as went, null::text as last from gone`,
  }
}

/** Payloads that their senders wanted to be kept for so long and no longer, with what transformations made of them; the messages stay. */
const payloadKind: Kind = {
  name: 'payload',
  bound: ({ now }) => now,
  text: `
with page as materialized (select id from message where $1 = '' and payload_until <= $2 limit $3 for update skip locked),
gone as (update message x set payload = null, payload_until = null from page where x.id = any(array[page.id]) returning x.id),
bodies as (update attempt a set request_body = null from gone join delivery d on d.message_id = any(array[gone.id])
  where a.delivery_id = any(array[d.id]) and a.request_body is not null)
select count(*) as went, null::text as last from gone`,
}

/** Keys of portals come with every visit. They are listed as long as the audit log may name them. */
const portalKeyKind: Kind = {
  name: 'portal_key',
  bound: ({ audit }) => audit,
  text: `
with page as materialized (
  select id from api_key where $1 = '' and kind = 'portal' and expires_at is not null and expires_at < $2 limit $3 for update skip locked
), gone as (delete from api_key x using page where x.id = any(array[page.id]) returning 1)
select count(*) as went, null::text as last from gone`,
}

/** Entries of the silo whose time is over, with all versions. */
const siloKind: Kind = {
  name: 'silo',
  bound: ({ now }) => now,
  text: `
with page as materialized (select id from silo_entry where $1 = '' and expires_at <= $2 limit $3 for update skip locked),
versions as (delete from silo_version x using page where x.entry_id = any(array[page.id]) returning x.entry_id, x.bytes),
found as (delete from silo_value x using page where x.entry_id = any(array[page.id])),
gone as (delete from silo_entry x using page where x.id = any(array[page.id]) returning x.id, x.application_id),
sizes as (select entry_id, sum(bytes) as bytes from versions group by entry_id),
counted as (
  update silo_usage u set entries = u.entries - g.entries, bytes = u.bytes - g.bytes
  from (
    select gone.application_id, count(*) as entries, sum(coalesce(sizes.bytes, 0)) as bytes
    from gone left join sizes on sizes.entry_id = gone.id group by gone.application_id order by gone.application_id
  ) g
  where u.application_id = any(array[g.application_id])
)
select count(*) as went, null::text as last from gone`,
}

/** Minutes that left every plan's hour long ago: an hour, because the store's clock may be behind the one that `now` comes from. */
const quotaKind: Kind = {
  name: 'quota',
  bound: ({ now }) => firstMinuteOfHour(now) - 60,
  text: `
with page as materialized (select application_id, minute from quota where $1 = '' and minute < $2 limit $3 for update skip locked),
gone as (delete from quota x using page where x.application_id = any(array[page.application_id]) and x.minute = any(array[page.minute]) returning 1)
select count(*) as went, null::text as last from gone`,
}

const kinds: readonly Kind[] = [
  logKind('request', {
    prefix: 'req',
    kind: 'requests',
    live: 'exists (select 1 from run r where r.request_id = x.id and r.finished_at is null)',
  }),
  logKind('run', { prefix: 'run', kind: 'runs', live: 'x.finished_at is null' }),
  logKind('delivery', {
    prefix: 'dlv',
    kind: 'deliveries',
    live: deliveryLives('x'),
    also: ', more as (delete from attempt a using gone where a.delivery_id = any(array[gone.id]) returning 1)',
  }),
  logKind('message', {
    prefix: 'msg',
    kind: 'messages',
    live: `exists (select 1 from delivery d where d.message_id = x.id and ${deliveryLives('d')})`,
  }),
  payloadKind,
  logKind('entry', {
    prefix: 'entry',
    kind: 'entries',
    live: '(x.removed_at is not null or exists (select 1 from run r where r.request_id = x.request_id and r.finished_at is null))',
    remove: 'update entry x set removed_at = x.created_at from',
  }),
  logKind('replay', { prefix: 'rpl', kind: 'deliveries', live: 'x.finished_at is null' }),
  logKind('audit', { prefix: 'aud', kind: 'audit', live: 'false' }),
  portalKeyKind,
  siloKind,
  expiredKind('dedup', ['scope', 'key']),
  expiredKind('idempotency', ['key']),
  expiredKind('member_session', ['hash']),
  expiredKind('member_link', ['hash']),
  expiredKind('portal_link', ['hash']),
  quotaKind,
]

/** Removes what is old and not live, each page in one statement. */
export function createRetention(run: Run): UpkeepStore['retain'] {
  return retainInRounds(kinds, async ({ name, text }, { after, bound, most }): Promise<RetainedPageEnd> => {
    const { rows } = await run({ name: `retain_${name}`, text, values: [after, bound, most] })
    const { went, last } = rows[0] as { went: number; last: string | null }
    return { went, end: last }
  })
}
