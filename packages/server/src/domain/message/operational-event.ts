import { firstIdAt, type ApplicationId } from '../ids.ts'
import type { OperationalEventType } from './operational-catalogue.ts'

/**
 * The application of Posthorn itself. Its messages tell the operator what the platform did; its endpoints, log and replays are like any
 * other's. The smallest id there can be, so that every process knows it without asking.
 */
export const operationalApplication: { readonly id: ApplicationId; readonly uid: string; readonly name: string } = {
  id: firstIdAt('app', 0),
  uid: 'posthorn',
  name: 'Posthorn',
}

/** A delivery that has failed so often is reported as failing. */
export const failingAfterAttempts = 4

/** Something that the operator may want to know. */
export interface OperationalEvent {
  readonly type: OperationalEventType
  /** Whose it is. What happens to the operator's own application is never reported, so that nothing causes itself. */
  readonly application: ApplicationId
  /** What is said beside the application. Asked only if an endpoint wants the event. */
  readonly data: () => OperationalData | Promise<OperationalData>
}

export type OperationalData = Readonly<Record<string, unknown>>

/** Names as Svix has them: what happened to an endpoint. */
export function endpointData({ id, uid }: { readonly id: string; readonly uid: string | null }): OperationalData {
  return { endpointId: id, endpointUid: uid }
}

/** `failSince`: when the failures began that disabled it; null if a person did. */
export function disabledData(
  endpoint: { readonly id: string; readonly uid: string | null },
  { trigger, failSince }: { readonly trigger: 'automatic' | 'manual'; readonly failSince: number | null },
): OperationalData {
  return { ...endpointData(endpoint), failSince: failSince === null ? null : new Date(failSince).toISOString(), trigger }
}

/** What an attempt made of its delivery. `attempt` is null where nothing could be sent; without a response its status code is 0, as Svix has it. */
export function attemptData(about: {
  readonly endpoint: { readonly id: string; readonly uid: string | null }
  readonly message: { readonly id: string; readonly eventId: string | null }
  readonly deliveryId: string
  readonly failure: string | null
  readonly attempt: { readonly id: string; readonly status: number | null; readonly startedAt: number } | null
}): OperationalData {
  const { endpoint, message, deliveryId, failure, attempt } = about
  return {
    ...endpointData(endpoint),
    msgId: message.id,
    msgEventId: message.eventId,
    deliveryId,
    failure,
    lastAttempt: attempt && {
      id: attempt.id,
      responseStatusCode: attempt.status ?? 0,
      timestamp: new Date(attempt.startedAt).toISOString(),
    },
  }
}

/** How a run ended. */
export function runData(run: {
  readonly id: string
  readonly flowId: string
  readonly version: number
  readonly key: string
  readonly trigger: string
  readonly requestId: string | null
  readonly errorCode: string | null
  readonly createdAt: number
  readonly finishedAt: number
}): OperationalData {
  const { id, flowId, version, key, trigger, requestId, errorCode, createdAt, finishedAt } = run
  return {
    ...{ runId: id, flowId, flowVersion: version, key, trigger, requestId, errorCode },
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
  }
}
