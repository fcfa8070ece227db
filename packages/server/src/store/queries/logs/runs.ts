import { sql } from 'kysely'
import type { RunId } from '#domain'
import type { RunHead, RunLog } from '../../logs.ts'
import { bytesOf } from '../content-size.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import { holdsName } from './holds-name.ts'
import type { Tables } from '../tables.ts'

const headColumns = [
  ...(['id', 'flow_id', 'version', 'trigger', 'request_id', 'key', 'tags', 'status', 'created_at', 'finished_at', 'error_code'] as const),
] as const satisfies readonly (keyof RunHead)[]

export function createRunLog({ db }: Tables): RunLog {
  return {
    find: (application, id) =>
      db.selectFrom('run').selectAll().where('id', '=', id).where('application_id', '=', application).executeTakeFirst(),
    exists: async (id) => (await db.selectFrom('run').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,
    list({ flow, ids, statuses, trigger, key, tag, errorCode, minDurationMs }, stretch) {
      let select = inStretch(db.selectFrom('run').select(headColumns).where('flow_id', '=', flow), 'id', stretch)
      if (ids !== undefined) select = select.where('id', 'in', ids)
      if (statuses !== undefined) select = select.where('status', 'in', statuses)
      if (trigger !== undefined) select = select.where('trigger', '=', trigger)
      if (key !== undefined) select = select.where('key', '=', key)
      if (tag !== undefined) select = select.where(holdsName('run.tags', tag))
      if (errorCode !== undefined) select = select.where('error_code', '=', errorCode)
      if (minDurationMs !== undefined) select = select.where(sql<boolean>`finished_at - created_at >= ${minDurationMs}`)
      return select.execute()
    },
    latest: (application, stretch) =>
      inStretch(
        db
          .selectFrom('run')
          .select(headColumns)
          .where('flow_id', 'in', (from) => from.selectFrom('flow').select('flow.id').where('application_id', '=', application)),
        'run.id',
        stretch,
      ).execute(),
    windowEnd: (flow, stretch) => endOfWindow(db.selectFrom('run').select('id').where('flow_id', '=', flow), 'id', stretch),
    heads: (ids) => headsOf(db, ids),
    inputs: async (ids) =>
      ids.length === 0
        ? []
        : db.selectFrom('run').select(['id', 'flow_id', 'created_at', 'input']).where('id', 'in', ids).orderBy('id').execute(),
    inputSizes: async (ids) =>
      ids.length === 0
        ? []
        : db
            .selectFrom('run')
            .select(['id', bytesOf('input').as('bytes')])
            .where('id', 'in', ids)
            .execute(),
    async replies(ids) {
      if (ids.length === 0) return []
      return db
        .selectFrom('run')
        .select(['id', 'reply'])
        .where('id', 'in', ids)
        .where('reply', 'is not', null)
        .$narrowType<{ reply: string }>()
        .execute()
    },
    async unfinished(flow, most) {
      const live = db.selectFrom('run').select('id').where('flow_id', '=', flow).where('status', 'in', ['queued', 'running', 'waiting'])
      return (await live.limit(most).execute()).map(({ id }) => id as RunId)
    },
    outcomes: (flow, stretch) =>
      inStretch(
        db.selectFrom('run').select(['id', 'flow_id', 'status', 'error_code', 'created_at', 'finished_at']).where('flow_id', '=', flow),
        'id',
        stretch,
      ).execute(),
  }
}

/** A request may name thousands of runs, and a statement takes so many parameters. */
const IDS_MAX = 1000

async function headsOf(db: Tables['db'], ids: readonly string[]): Promise<RunHead[]> {
  const found: RunHead[] = []
  for (let at = 0; at < ids.length; at += IDS_MAX)
    found.push(
      ...(await db
        .selectFrom('run')
        .select(headColumns)
        .where('id', 'in', ids.slice(at, at + IDS_MAX))
        .execute()),
    )
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}
