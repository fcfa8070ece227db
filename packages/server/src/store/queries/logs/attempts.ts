import { sql } from 'kysely'
import type { DeliveryId } from '#domain'
import type { AttemptFilter, AttemptLog } from '../../logs.ts'
import { isLive } from './delivery-status.ts'
import { holdsName } from './holds-name.ts'
import { endOfWindow, inStretch } from '../in-stretch.ts'
import type { Tables } from '../tables.ts'

export function createAttemptLog({ db }: Tables): AttemptLog {
  /** Attempts with what their deliveries say now: one that failed is `sending` as long as another is to come. */
  const withDelivery = () =>
    db
      .selectFrom('attempt')
      .leftJoin('delivery', 'delivery.id', 'attempt.delivery_id')
      .selectAll('attempt')
      .select(['delivery.status as delivery_status', 'delivery.attempts as delivery_attempts', 'delivery.next_at as delivery_next_at'])

  /** Attempts have no index by message: their deliveries do, and a message has few. */
  const ofMessage = (message: string) =>
    withDelivery()
      .where('attempt.message_id', '=', message)
      .where('attempt.delivery_id', 'in', db.selectFrom('delivery').select('id').where('message_id', '=', message))

  return {
    find: (message, id) => withDelivery().where('attempt.id', '=', id).where('attempt.message_id', '=', message).executeTakeFirst(),
    async deliveryOf(id) {
      const row = await db.selectFrom('attempt').select('delivery_id').where('id', '=', id).executeTakeFirst()
      return row?.delivery_id as DeliveryId | undefined
    },
    list({ message, endpoint, ...filter }, stretch) {
      let select = inStretch(message === undefined ? withDelivery() : ofMessage(message), 'attempt.id', stretch)
      if (endpoint !== undefined) select = select.where('attempt.endpoint_id', '=', endpoint)
      for (const condition of conditions(filter)) select = select.where(condition)
      const { channel, tag } = filter
      if (channel === undefined && tag === undefined) return select.execute()
      let withMessage = select.innerJoin('message', 'message.id', 'attempt.message_id')
      if (channel !== undefined) withMessage = withMessage.where(holdsName('message.channels', channel))
      if (tag !== undefined) withMessage = withMessage.where(holdsName('message.tags', tag))
      return withMessage.execute()
    },
    windowEnd: (endpoint, stretch) => endOfWindow(db.selectFrom('attempt').select('id').where('endpoint_id', '=', endpoint), 'id', stretch),
    ofDelivery: (delivery, stretch) =>
      inStretch(db.selectFrom('attempt').selectAll().where('delivery_id', '=', delivery), 'id', stretch).execute(),
    async tried(application, stretch) {
      const endpoints = db.selectFrom('endpoint').select('endpoint.id').where('application_id', '=', application)
      const rows = await inStretch(
        db.selectFrom('attempt').select('delivery_id').where('endpoint_id', 'in', endpoints),
        'attempt.id',
        stretch,
      ).execute()
      return [...new Set(rows.map(({ delivery_id }) => delivery_id))]
    },
    latest: (endpoint, most) =>
      db.selectFrom('attempt').select(['ok', 'started_at']).where('endpoint_id', '=', endpoint).orderBy('id', 'desc').limit(most).execute(),
    async lastSigned(endpoint, time) {
      // What was refused was never signed.
      const signed = db.selectFrom('attempt').select('started_at').where('endpoint_id', '=', endpoint).where('request_headers', '<>', '[]')
      const last = await inStretch(signed, 'id', { ...time, order: 'desc', beyond: null, limit: 1 }).executeTakeFirst()
      return last?.started_at ?? null
    },
  }
}

function conditions({ eventTypes, status, statusCodeClass }: Pick<AttemptFilter, 'eventTypes' | 'status' | 'statusCodeClass'>) {
  const all = []
  if (eventTypes?.length) all.push(sql<boolean>`attempt.event_type in (${sql.join(eventTypes)})`)
  if (status !== undefined) all.push(hasStatus(status))
  if (statusCodeClass === 0) all.push(sql<boolean>`attempt.status is null`)
  else if (statusCodeClass !== undefined)
    all.push(sql<boolean>`attempt.status >= ${statusCodeClass} and attempt.status < ${statusCodeClass + 100}`)
  return all
}

/** Svix's number of an attempt, as a condition on it and its delivery; none is `pending`, because it was made. */
function hasStatus(status: number) {
  const last = sql<boolean>`(delivery.attempts = attempt.n and ${isLive})`
  if (status === 0) return sql<boolean>`attempt.ok = 1`
  if (status === 2) return sql<boolean>`attempt.ok = 0 and coalesce(${last}, false) = false`
  if (status === 3) return sql<boolean>`attempt.ok = 0 and ${last}`
  return sql<boolean>`1 = 0`
}
