import type { ConfigCache, OperationalMessages } from '#coordination'
import { attemptData, disabledData, endpointData, failingAfterAttempts, type ApplicationId, type OperationalEventType } from '#domain'
import type { Log } from '#platform'
import type { EndpointStop, LaneId, LoadedDelivery, NewMessage, Settlement, Store } from '#store'
import { endpointsById } from './lanes/lane-limits.ts'

/** What the operator is notified of, made before the commit that keeps it. Nothing, nearly always, and then at once. */
export interface OperationalEvents {
  ofSettlement(settlement: Settlement, loaded: LoadedDelivery): NewMessages
  /** `failedAt`: when the attempt began that was one too many. */
  ofStop(lane: { readonly lane: LaneId; readonly application: ApplicationId }, state: EndpointStop['state'], failedAt: number): NewMessages
}

type NewMessages = readonly NewMessage[] | Promise<readonly NewMessage[]>

export interface OperationalEventsOptions {
  readonly operational: OperationalMessages
  readonly config: Pick<ConfigCache, 'peek' | 'application'>
  readonly store: Pick<Store, 'logs'>
  readonly log: Pick<Log, 'warn'>
}

const NOTHING: NewMessages = []
/** Attempts that are looked through for the first of those that disabled the endpoint. */
const LOOK_BACK_MAX = 500

export function createOperationalEvents({ operational, config, store, log }: OperationalEventsOptions): OperationalEvents {
  /** Its uid is given if it can be read; what happened must be reported anyway. */
  const endpointOf = async (application: string, id: string) => {
    try {
      const snapshot = config.peek(application) ?? (await config.application(application))
      return { id, uid: (snapshot && endpointsById(snapshot).get(id)?.uid) ?? null }
    } catch (error) {
      log.warn('delivery.operational_events.unread', { error })
      return { id, uid: null }
    }
  }

  /** When the attempts began to fail that end with the present one, which is not in the store yet. */
  const failingSince = async (endpoint: LaneId, failedAt: number): Promise<number> => {
    let since = failedAt
    try {
      for (const { ok, started_at } of await store.logs.attempts.latest(endpoint, LOOK_BACK_MAX)) {
        if (ok === 1) break
        since = Math.min(since, started_at)
      }
    } catch (error) {
      log.warn('delivery.operational_events.unread', { error })
    }
    return since
  }

  return {
    ofSettlement(settlement, { delivery, eventId }) {
      const { endpoint_id: endpoint, message_id: message } = delivery
      const type = attemptEvent(settlement, delivery)
      if (type === null || endpoint === null || message === null) return NOTHING
      const application = delivery.application_id as ApplicationId
      const { attempt, next } = settlement
      return operational.of({
        type,
        application,
        data: async () =>
          attemptData({
            endpoint: await endpointOf(application, endpoint),
            message: { id: message, eventId },
            deliveryId: delivery.id,
            failure: next.kind === 'end' && next.failure !== null ? next.failure : (attempt?.failure ?? null),
            attempt: attempt && { id: attempt.id, status: attempt.status, startedAt: attempt.started_at },
          }),
      })
    },
    ofStop({ lane, application }, state, failedAt) {
      if (state === 'paused') {
        const data = async () => endpointData(await endpointOf(application, lane))
        return operational.of({ type: 'endpoint.updated', application, data })
      }
      const data = async () => {
        const [endpoint, failSince] = await Promise.all([endpointOf(application, lane), failingSince(lane, failedAt)])
        return disabledData(endpoint, { trigger: 'automatic', failSince })
      }
      return operational.of({ type: 'endpoint.disabled', application, data })
    },
  }
}

/**
 * Which event a settlement is. Failing is reported once, while it is tried again; exhausted, when nothing more follows by itself; recovered, of
 * what had been failing. A person who sends something again sees for himself how that fails.
 */
function attemptEvent({ task, attempt, next }: Settlement, delivery: LoadedDelivery['delivery']): OperationalEventType | null {
  if (next.kind === 'wait') return null
  if (next.kind === 'end' && next.status === 'delivered') {
    return delivery.attempts >= failingAfterAttempts && delivery.last_failure !== null ? 'message.attempt.recovered' : null
  }
  const goesOn = next.kind === 'retry' || (task.manual && delivery.next_at !== null)
  if (goesOn) return attempt !== null && delivery.attempts + 1 === failingAfterAttempts ? 'message.attempt.failing' : null
  return next.kind === 'end' && next.status === 'failed' && !task.manual ? 'message.attempt.exhausted' : null
}
