import type { DeliveryOut } from '@posthorn/contract'
import { explainFailure } from '#delivery'
import { belonging, type DeliveryStatus } from '#domain'
import type { Vault } from '#platform'
import type { DeliveryHead } from '#store'
import { time, timeOrNull } from '../attempt/attempt-json.ts'

/** Why it waits, where that is not its own time. */
const statusReasons: Partial<Record<DeliveryStatus, string>> = {
  held: 'Its endpoint is paused or disabled. It is sent when the endpoint is active again.',
  throttled: 'The plan of its application allows no more deliveries in this hour. It is sent by itself as soon as there is room.',
}

export function deliveryJson(row: DeliveryHead, vault: Vault): DeliveryOut {
  const { reason, nextStep } = row.last_failure === null ? { reason: null, nextStep: null } : explainFailure(row.last_failure, null)
  const waits = row.status === 'waiting' || row.status === 'throttled' || row.status === 'held'
  return {
    id: row.id,
    applicationId: row.application_id,
    status: row.status,
    eventType: row.event_type,
    messageId: row.message_id,
    endpointId: row.endpoint_id,
    runId: row.run_id,
    stepId: row.step_id,
    ...calledBy(row, vault),
    attempts: row.attempts,
    nextAttempt: waits ? timeOrNull(row.next_at) : null,
    lastStatusCode: row.last_status,
    lastFailure: row.last_failure,
    lastFailureReason: reason,
    nextStep,
    statusReason: statusReasons[row.status] ?? null,
    createdAt: time(row.created_at),
    finishedAt: timeOrNull(row.finished_at),
  }
}

/** The flow of a step, which its lane begins with, and the host that it calls. */
function calledBy({ id, step_id, lane, request }: DeliveryHead, vault: Vault): Pick<DeliveryOut, 'flowId' | 'host'> {
  if (step_id === null) return { flowId: null, host: null }
  const opened = request === null ? undefined : vault.openText(request, belonging.stepRequest(id))
  const { url = '' } = opened?.ok === true ? (JSON.parse(opened.plain) as { readonly url?: string }) : {}
  return { flowId: lane.slice(0, lane.indexOf('/')), host: URL.parse(url)?.host ?? null }
}
