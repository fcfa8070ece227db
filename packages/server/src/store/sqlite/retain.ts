import type { IdPrefix } from '#domain'
import { firstIdAt, firstMinuteOfHour } from '#domain/plain'
import type { RetentionBefore, UpkeepStore } from '../port/upkeep.ts'
import { retainInRounds, type Retained, type RetainedPage, type RetainedPageEnd } from '../retain-in-rounds.ts'
import type { Engine } from './engine.ts'
import type { WriteQueue } from './writes/write-queue.ts'

interface Kind extends Retained {
  readonly page: (page: RetainedPage) => RetainedPageEnd
}

/** A run waits to be woken, or a task to be sent. */
const DELIVERY_LIVE = `(d.status not in ('delivered', 'failed', 'cancelled') or exists (select 1 from manual_task t where t.delivery = d.id))`

/** Removes what is old and not live. Each page is a transaction of a few milliseconds. */
export function prepareRetention(engine: Engine, write: WriteQueue['write']): UpkeepStore['retain'] {
  const { db } = engine
  const removeAttempts = db.prepare('delete from attempt where delivery_id = ?')
  const kinds: Kind[] = [
    logKind(engine, {
      table: 'request',
      prefix: 'req',
      kind: 'requests',
      live: 'exists (select 1 from run r where r.request_id = d.id and r.finished_at is null)',
    }),
    logKind(engine, { table: 'run', prefix: 'run', kind: 'runs', live: 'd.finished_at is null' }),
    logKind(engine, {
      table: 'delivery',
      prefix: 'dlv',
      kind: 'deliveries',
      live: DELIVERY_LIVE,
      onRemove: (id) => removeAttempts.run(id).changes,
    }),
    logKind(engine, {
      table: 'message',
      prefix: 'msg',
      kind: 'messages',
      live: `exists (select 1 from delivery d where d.message_id = message.id and ${DELIVERY_LIVE})`,
      alias: 'message',
    }),
    payloadKind(engine),
    logKind(engine, {
      table: 'entry',
      prefix: 'entry',
      kind: 'entries',
      live: 'd.removed_at is not null or exists (select 1 from run r where r.request_id = d.request_id and r.finished_at is null)',
      remove: 'update entry set removed_at = created_at where id = ?',
    }),
    logKind(engine, { table: 'replay', prefix: 'rpl', kind: 'deliveries', live: 'd.finished_at is null' }),
    logKind(engine, { table: 'audit', prefix: 'aud', kind: 'audit', live: 'false' }),
    portalKeyKind(engine),
    siloKind(engine),
    expiredKind(engine, 'dedup', 'scope, key'),
    expiredKind(engine, 'idempotency', 'key'),
    expiredKind(engine, 'member_session', 'hash'),
    expiredKind(engine, 'member_link', 'hash'),
    expiredKind(engine, 'portal_link', 'hash'),
    quotaKind(engine),
  ]
  return retainInRounds(kinds, (kind, page) => write(() => kind.page(page)))
}

interface LogKind {
  readonly table: string
  readonly prefix: IdPrefix
  readonly kind: Exclude<keyof RetentionBefore, 'now'>
  /** SQL: whether the row, `d` unless there is another alias, still is live. */
  readonly live: string
  readonly alias?: string
  /** Absent: it is deleted. */
  readonly remove?: string
  /** Removes what belongs to it. Returns how many rows. */
  readonly onRemove?: (id: string) => number
}

function logKind({ db }: Engine, { table, prefix, kind, live, alias = 'd', remove: removal, onRemove }: LogKind): Kind {
  const read = db.prepare<[string, string, number], { id: string; live: number }>(
    `select id, ${live} as live from ${table} as ${alias} where id > ? and id < ? order by id limit ?`,
  )
  const remove = db.prepare(removal ?? `delete from ${table} where id = ?`)
  return {
    name: table,
    bound: (before) => (before[kind] === null ? null : firstIdAt(prefix, before[kind])),
    page({ after, bound, most }) {
      const rows = read.all(after, String(bound), most)
      let went = 0
      for (const { id } of rows.filter((row) => row.live === 0)) went += remove.run(id).changes + (onRemove?.(id) ?? 0)
      return { went, end: rows.length < most ? null : rows.at(-1)!.id }
    },
  }
}

function expiredKind({ db }: Engine, table: string, key: string): Kind {
  const remove = db.prepare(`delete from ${table} where (${key}) in (select ${key} from ${table} where expires_at <= ? limit ?)`)
  return {
    name: table,
    bound: ({ now }) => now,
    page({ bound, most }) {
      return { went: remove.run(bound, most).changes, end: null }
    },
  }
}

/** Payloads that their senders wanted to be kept for so long and no longer, with what transformations made of them; the messages stay. */
function payloadKind({ db }: Engine): Kind {
  const page = 'select id from message where payload_until <= ? limit ?'
  const removeBodies = db.prepare(
    `update attempt set request_body = null where request_body is not null
       and delivery_id in (select id from delivery where message_id in (${page}))`,
  )
  const remove = db.prepare(`update message set payload = null, payload_until = null where id in (${page})`)
  return {
    name: 'payload',
    bound: ({ now }) => now,
    page({ bound, most }) {
      removeBodies.run(bound, most)
      return { went: remove.run(bound, most).changes, end: null }
    },
  }
}

/** Keys of portals come with every visit. They are listed as long as the audit log may name them. */
function portalKeyKind({ db }: Engine): Kind {
  const remove = db.prepare(
    `delete from api_key where id in (select id from api_key where kind = 'portal' and expires_at is not null and expires_at < ? limit ?)`,
  )
  return {
    name: 'portal_key',
    bound: ({ audit }) => audit,
    page: ({ bound, most }) => ({ went: remove.run(bound, most).changes, end: null }),
  }
}

/** Entries of the silo whose time is over, with all versions. */
function siloKind({ db }: Engine): Kind {
  const page = 'select id from silo_entry where expires_at <= ? limit ?'
  const parts = ['silo_version', 'silo_value'].map((table) => db.prepare(`delete from ${table} where entry_id in (${page})`))
  const remove = db.prepare(`delete from silo_entry where id in (${page})`)
  const count = db.prepare(`
    with page as materialized (select id, application_id from silo_entry where expires_at <= ? limit ?),
    went as (
      select page.application_id, count(distinct page.id) as entries, coalesce(sum(v.bytes), 0) as bytes
      from page left join silo_version v on v.entry_id = page.id group by page.application_id
    )
    update silo_usage set entries = silo_usage.entries - went.entries, bytes = silo_usage.bytes - went.bytes
    from went where went.application_id = silo_usage.application_id`)
  return {
    name: 'silo',
    bound: ({ now }) => now,
    page({ bound, most }) {
      count.run(bound, most)
      for (const part of parts) part.run(bound, most)
      return { went: remove.run(bound, most).changes, end: null }
    },
  }
}

/** Minutes that left every plan's hour long ago: an hour, because the store's clock may be behind the one that `now` comes from. */
function quotaKind({ db }: Engine): Kind {
  const remove = db.prepare(
    'delete from quota where (application_id, minute) in (select application_id, minute from quota where minute < cast(? as integer) limit ?)',
  )
  const bound = ({ now }: RetentionBefore): number => firstMinuteOfHour(now) - 60
  return { name: 'quota', bound, page: (page) => ({ went: remove.run(page.bound, page.most).changes, end: null }) }
}
