import type { MessageLog } from '../../logs.ts'
import { bytesOf, noBytes } from '../content-size.ts'
import { findMissing } from './find-missing.ts'
import { holdsName } from './holds-name.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'

const withoutPayload = ['id', 'event_id', 'event_type', 'channels', 'tags', 'created_at'] as const

export function createMessageLog({ db }: Tables): MessageLog {
  const ofApplication = (application: string) => db.selectFrom('message').where('application_id', '=', application)
  return {
    find: (application, id) => ofApplication(application).selectAll().where('id', '=', id).executeTakeFirst(),
    list({ application, eventTypes, channel, tag, sized }, stretch) {
      const bytes = (sized ? bytesOf('payload') : noBytes).as('bytes')
      let select = inStretch(ofApplication(application).select(['id', bytes]), 'id', stretch)
      if (eventTypes?.length) select = select.where('event_type', 'in', eventTypes)
      if (channel !== undefined) select = select.where(holdsName('message.channels', channel))
      if (tag !== undefined) select = select.where(holdsName('message.tags', tag))
      return select.execute()
    },
    windowEnd: (application, stretch) => endOfWindow(ofApplication(application).select('id'), 'id', stretch),
    async byIds(ids, withPayload) {
      if (ids.length === 0) return []
      const rows = db.selectFrom('message').where('id', 'in', ids)
      if (withPayload) return rows.select([...withoutPayload, 'payload']).execute()
      return (await rows.select(withoutPayload).execute()).map((row) => ({ ...row, payload: null }))
    },
    missing: (scan, most) => findMissing(db, scan, most),
  }
}
