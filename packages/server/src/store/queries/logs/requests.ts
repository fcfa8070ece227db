import type { RequestLog } from '../../logs.ts'
import { inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'
import { findRequests } from './find-requests.ts'

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
    search: (listener, filter, stretch) => findRequests(tables, { listener, filter }, stretch),
  }
}
