import { sql } from 'kysely'
import type { DeliveryHead } from '../../delivery-scan.ts'
import type { DeliveryLog } from '../../logs.ts'
import { bytesOf, noBytes } from '../content-size.ts'
import { countsOfMessages } from './counts-of-messages.ts'
import { hasDeliveryStatus } from './delivery-status.ts'
import { findDeliveries } from './find-deliveries.ts'
import { holdsName } from './holds-name.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import { shownNextAt, shownStatus } from './shown-delivery.ts'
import type { Tables } from '../tables.ts'

const columns = [
  ...(['d.id', 'd.application_id', 'd.lane', 'd.endpoint_id', 'd.message_id', 'd.run_id', 'd.step_id', 'd.event_type'] as const),
  ...(['d.attempts', 'd.retries', 'd.retry_in_seen', 'd.first_attempt_at', 'd.created_at', 'd.finished_at'] as const),
  ...(['d.last_status', 'd.last_failure', 'd.request'] as const),
] as const satisfies readonly `d.${keyof DeliveryHead}`[]

const stateColumns = ['delivery.id as delivery_id', 'delivery.status', 'delivery.attempts', 'delivery.next_at'] as const

export function createDeliveryLog(tables: Tables): DeliveryLog {
  const { db } = tables
  const ofEndpoint = (endpoint: string) => db.selectFrom('delivery').where('delivery.endpoint_id', '=', endpoint)
  const heads = (now: number) =>
    db
      .selectFrom('delivery as d')
      .leftJoin('lane as l', 'l.lane', 'd.lane')
      .select(columns)
      .select([shownStatus(now).as('status'), shownNextAt(now).as('next_at')])
  return {
    find: (application, id, now) => heads(now).where('d.id', '=', id).where('d.application_id', '=', application).executeTakeFirst(),
    heads: async (ids, now) => (ids.length === 0 ? [] : heads(now).where('d.id', 'in', ids).execute()),
    latest: (application, stretch, now) => inStretch(heads(now).where('d.application_id', '=', application), 'd.id', stretch).execute(),
    search: (scan, most) => findDeliveries(tables, scan, most),
    async content({ id, message_id }, bytesMax) {
      const shown = (column: 'payload' | 'body') => [
        sql<Uint8Array | null>`substr(${sql.ref(column)}, 1, ${bytesMax})`.as('head'),
        sql<number | null>`length(${sql.ref(column)})`.as('bytes'),
      ]
      const row =
        message_id === null
          ? await db.selectFrom('delivery').select(shown('body')).where('id', '=', id).executeTakeFirst()
          : await db.selectFrom('message').select(shown('payload')).where('id', '=', message_id).executeTakeFirst()
      return row && { head: row.head, bytes: Number(row.bytes) }
    },
    ofMessage: (message, endpoint) => ofEndpoint(endpoint).select(['id', 'status']).where('message_id', '=', message).executeTakeFirst(),
    lanesOf: async (ids) =>
      (await db.selectFrom('delivery').select('lane').distinct().where('id', 'in', ids).execute()).map(({ lane }) => lane),
    attempted({ endpoint, eventTypes, channel, tag, status, sized }, stretch) {
      const bytes = (sized ? bytesOf('message.payload') : noBytes).as('bytes')
      const withMessage = ofEndpoint(endpoint).innerJoin('message', 'message.id', 'delivery.message_id')
      let select = inStretch(withMessage.select(['message.id as message_id', bytes]).select(stateColumns), 'delivery.id', stretch)
      if (eventTypes?.length) select = select.where('delivery.event_type', 'in', eventTypes)
      if (channel !== undefined) select = select.where(holdsName('message.channels', channel))
      if (tag !== undefined) select = select.where(holdsName('message.tags', tag))
      if (status !== undefined) select = select.where(hasDeliveryStatus(status))
      return select.execute()
    },
    windowEnd: (endpoint, stretch) => endOfWindow(ofEndpoint(endpoint).select('delivery.id'), 'delivery.id', stretch),
    countsOfMessages: (messages) => countsOfMessages(db, messages),
    destinations(message, stretch) {
      const ofMessage = db
        .selectFrom('delivery')
        .innerJoin('endpoint', 'endpoint.id', 'delivery.endpoint_id')
        .selectAll('endpoint')
        .select(stateColumns)
        .where('delivery.message_id', '=', message)
      return inStretch(ofMessage, 'delivery.id', stretch).execute()
    },
    outcomes({ application, endpoint, toEndpoints }, stretch) {
      const all = db.selectFrom('delivery').select(['id', 'endpoint_id', 'created_at', 'status', 'attempts', 'finished_at'])
      const owned = endpoint === null ? all.where('application_id', '=', application) : all.where('endpoint_id', '=', endpoint)
      return inStretch(toEndpoints === true ? owned.where('step_id', 'is', null) : owned, 'id', stretch).execute()
    },
    async counts(endpoint, stretch) {
      const window = inStretch(ofEndpoint(endpoint).select(['id', 'status', 'attempts']), 'id', stretch)
      const counts = await db
        .selectFrom(window.as('w'))
        .select(['status', 'attempts'])
        .select((is) => [is.fn.countAll<number>().as('count'), is.fn.min('id').as('first')])
        .groupBy(['status', 'attempts'])
        .execute()
      return counts.map((one) => ({ ...one, count: Number(one.count) }))
    },
  }
}
