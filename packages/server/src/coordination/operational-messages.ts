import {
  envelopeBytes,
  fanOut,
  operationalApplication,
  type ApplicationId,
  type Ids,
  type OperationalData,
  type OperationalEvent,
} from '#domain'
import type { Clock, Log } from '#platform'
import type { ApplicationSnapshot, NewMessage } from '#store'
import type { ConfigCache } from './config-cache.ts'
import { subscribedEndpoints } from './subscribed-endpoints.ts'

/** Makes the messages by which the platform tells its operator what it did, for whoever commits what they are about. */
export interface OperationalMessages {
  /** None if nobody subscribed, which is known at once and costs a look into memory. Never rejects, whatever the store does. */
  of(event: OperationalEvent): readonly NewMessage[] | Promise<readonly NewMessage[]>
}

export interface OperationalMessagesOptions {
  readonly config: Pick<ConfigCache, 'peek' | 'application'>
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error'>
}

const NONE: readonly NewMessage[] = []
const { id: OPERATIONAL } = operationalApplication

/**
 * The messages are matched to endpoints as this process knows them, and their commit compares no version: an attempt that was made must be
 * settled, whatever the operator changes meanwhile. So on PostgreSQL a new subscription counts for all processes within a second; what was
 * matched to an endpoint that was disabled since is held in its lane, and to one that was deleted is cancelled.
 */
export function createOperationalMessages({ config, ids, clock, log }: OperationalMessagesOptions): OperationalMessages {
  let known: ApplicationSnapshot | undefined

  /** As it was last known, if the store cannot be asked now. */
  const operator = async (): Promise<ApplicationSnapshot | undefined> => {
    try {
      known = await config.application(OPERATIONAL)
    } catch (error) {
      log.warn('store.operational.unread', { error })
    }
    return known
  }

  /** What happened must not be lost for want of a name. */
  const uidOf = async (application: ApplicationId): Promise<string | null> => {
    try {
      return (config.peek(application) ?? (await config.application(application)))?.uid ?? null
    } catch (error) {
      log.warn('store.operational.unread', { error })
      return null
    }
  }

  const make = async (event: OperationalEvent, to: ApplicationSnapshot): Promise<readonly NewMessage[]> => {
    try {
      const [appUid, data] = [await uidOf(event.application), await event.data()]
      return messagesOf(event, { applicationId: event.application, appId: event.application, appUid, ...data }, to)
    } catch (error) {
      // A defect of ours, for which no attempt may be made twice.
      log.error('store.operational.broke', { error, type: event.type })
      return NONE
    }
  }

  const messagesOf = ({ type }: OperationalEvent, data: OperationalData, to: ApplicationSnapshot): readonly NewMessage[] => {
    const id = ids.make('msg')
    const createdAt = clock.now()
    const businessId = to.uid ?? to.id
    const payload = envelopeBytes({ id, type, createdAt, businessId, data: Buffer.from(JSON.stringify(data)) })
    const fanned = fanOut({ id, eventType: type, channels: null, createdAt, payload }, subscribedEndpoints(to), ids)
    // What no filter lets through is not kept either.
    if (fanned.deliveries.length === 0 && fanned.skipped.length === 0) return NONE
    const about = { application_id: to.id, event_id: null, event_type: type, channels: null, tags: null, run_id: null }
    return [{ id, ...about, created_at: createdAt, payload, ...fanned }]
  }

  return {
    of(event) {
      if (event.application === OPERATIONAL) return NONE
      const here = config.peek(OPERATIONAL)
      if (here === undefined) return operator().then((to) => (to && wants(to, event) ? make(event, to) : NONE))
      known = here
      return wants(here, event) ? make(event, here) : NONE
    },
  }
}

function wants(to: ApplicationSnapshot, { type }: OperationalEvent): boolean {
  return subscribedEndpoints(to).some((endpoint) => endpoint.wants({ eventType: type, channels: null }))
}
