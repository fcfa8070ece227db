import type { RequestHead, RequestLog } from '../../logs.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'

const headColumns = [
  ...(['id', 'listener_id', 'status', 'reason', 'detail', 'method', 'path', 'query', 'ip', 'content_type', 'event_type'] as const),
  ...(['duplicate_of', 'run_ids', 'reply_status', 'received_at', 'body_bytes'] as const),
] as const satisfies readonly (keyof RequestHead)[]

export function createRequestLog({ db }: Tables): RequestLog {
  return {
    find: (application, id) =>
      db.selectFrom('request').selectAll().where('id', '=', id).where('application_id', '=', application).executeTakeFirst(),
    outcome: (id) => db.selectFrom('request').select(['duplicate_of', 'run_ids', 'reply_status']).where('id', '=', id).executeTakeFirst(),
    list({ listener, status, reason, eventType, method }, stretch) {
      let select = inStretch(db.selectFrom('request').select(headColumns).where('listener_id', '=', listener), 'id', stretch)
      if (status !== undefined) select = select.where('status', '=', status)
      if (reason !== undefined) select = select.where('reason', '=', reason)
      if (eventType !== undefined) select = select.where('event_type', '=', eventType)
      if (method !== undefined) select = select.where('method', '=', method)
      return select.execute()
    },
    windowEnd: (listener, stretch) => endOfWindow(db.selectFrom('request').select('id').where('listener_id', '=', listener), 'id', stretch),
  }
}
