import type { AuditLog } from '../../logs.ts'
import { bytesOf } from '../content-size.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'

export function createAuditLog({ db }: Tables): AuditLog {
  const log = (application: string | undefined) =>
    application === undefined ? db.selectFrom('audit') : db.selectFrom('audit').where('application_id', '=', application)
  return {
    list({ application, actor, action, target, after, before }, stretch) {
      let select = inStretch(log(application).select(['id', bytesOf('before', 'after').as('bytes')]), 'id', stretch)
      if (actor !== undefined) select = select.where('actor', '=', actor)
      if (action !== undefined) select = select.where('action', '=', action)
      if (target !== undefined) select = select.where('target', '=', target)
      if (after !== undefined) select = select.where('at', '>', after)
      if (before !== undefined) select = select.where('at', '<', before)
      return select.execute()
    },
    windowEnd: (application, stretch) => endOfWindow(log(application).select('id'), 'id', stretch),
    byIds: async (ids) => (ids.length === 0 ? [] : db.selectFrom('audit').selectAll().where('id', 'in', ids).execute()),
  }
}
