import { firstIdAt, type EndpointId, type MessageId } from '#domain'
import type { DeliveryFilter } from './find-deliveries.ts'
import type { MessageTable } from './schema.ts'
import type { Store } from './store.ts'

export interface MissingScan {
  readonly application: string
  readonly endpoint: EndpointId
  readonly filter: Pick<DeliveryFilter, 'before' | 'after'>
  /** Only messages beyond this id, oldest first. */
  readonly beyond: string
  readonly until: string
  /** Whether the endpoint subscribed to it, and it is asked for. */
  readonly wants: (message: { readonly eventType: string; readonly channels: readonly string[] | null }) => boolean
}

type MissingMessage = Pick<MessageTable, 'event_type' | 'created_at'> & { readonly id: MessageId; readonly sendable: boolean }

const WINDOW_ROWS = 1000

/** Looks through the next window of an application's messages, and answers up to `most` that have no delivery to the endpoint. */
export async function findMissing(
  { db }: Pick<Store, 'db'>,
  { application, endpoint, filter, beyond, until, wants }: MissingScan,
  most: number,
): Promise<{ readonly rows: readonly MissingMessage[]; readonly end: string | null }> {
  let window = db
    .selectFrom('message')
    .select(['id', 'event_type', 'channels', 'created_at'])
    .select((is) => is('payload', 'is', null).as('gone'))
    .where('application_id', '=', application)
    .where('id', '>', beyond)
    .where('id', '<', until)
    .orderBy('id')
    .limit(WINDOW_ROWS)
  if (filter.before !== null) window = window.where('id', '<', firstIdAt('msg', filter.before))
  if (filter.after !== null) window = window.where('id', '>=', firstIdAt('msg', filter.after))
  const looked = await window.execute()
  const wanted = looked.filter(({ event_type, channels }) =>
    wants({ eventType: event_type, channels: channels === null ? null : (JSON.parse(channels) as string[]) }),
  )
  const got = await deliveredTo(
    db,
    endpoint,
    wanted.map(({ id }) => id),
  )
  const missing = wanted.filter(({ id }) => !got.has(id))
  const rows = missing.slice(0, most).map(({ id, event_type, created_at, gone }) => {
    return { id: id as MessageId, event_type, created_at, sendable: !Number(gone) }
  })
  if (rows.length === most) return { rows, end: rows.at(-1)!.id }
  return { rows, end: looked.length === WINDOW_ROWS ? looked.at(-1)!.id : null }
}

/** Those of the messages that have a delivery to the endpoint, whatever became of it. */
async function deliveredTo(db: Store['db'], endpoint: EndpointId, messages: readonly string[]): Promise<ReadonlySet<string | null>> {
  if (messages.length === 0) return new Set()
  const rows = await db
    .selectFrom('delivery')
    .select('message_id')
    .where('message_id', 'in', messages)
    .where('endpoint_id', '=', endpoint)
    .execute()
  return new Set(rows.map(({ message_id }) => message_id))
}
