import type { RequestLog } from '../../logs.ts'
import { inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'
import { findRequests, headColumns } from './find-requests.ts'

export function createRequestLog(tables: Tables): RequestLog {
  const { db } = tables
  return {
    find: (application, id) =>
      db.selectFrom('request').selectAll().where('id', '=', id).where('application_id', '=', application).executeTakeFirst(),
    outcome: (id) => db.selectFrom('request').select(['duplicate_of', 'run_ids', 'reply_status']).where('id', '=', id).executeTakeFirst(),
    outcomes: (listener, stretch) =>
      inStretch(
        db.selectFrom('request').select(['id', 'listener_id', 'status', 'reason', 'received_at']).where('listener_id', '=', listener),
        'id',
        stretch,
      ).execute(),
    latest: (application, stretch) =>
      inStretch(
        db
          .selectFrom('request')
          .select(headColumns)
          // The index is by listener; a deleted one gets nothing new.
          .where('listener_id', 'in', (from) =>
            from.selectFrom('listener').select('listener.id').where('application_id', '=', application),
          ),
        'request.id',
        stretch,
      ).execute(),
    heads: async (ids) => (ids.length === 0 ? [] : db.selectFrom('request').select(headColumns).where('id', 'in', ids).execute()),
    search: (listener, filter, stretch) => findRequests(tables, { listener, filter }, stretch),
  }
}
