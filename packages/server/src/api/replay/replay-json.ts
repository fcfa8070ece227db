import type { ReplayOut, ReplayPreview } from '@posthorn/contract'
import type { Replayable } from '#delivery'
import { idTime } from '#domain'
import { anyDelivery, type DeliveryFilter, type RequestReplayFilter, type StoredReplay } from '#store'
import { time, timeOrNull } from '../attempt/attempt-json.ts'

export function replayJson(row: StoredReplay): ReplayOut {
  const isOfRequests = row.kind === 'requests'
  const kept = JSON.parse(row.filter) as unknown
  const {
    before,
    after,
    statuses,
    deliveryIds,
    messageIds,
    toEndpoints: _,
    ...filter
  } = isOfRequests ? anyDelivery : (kept as DeliveryFilter)
  return {
    id: row.id,
    kind: row.kind as ReplayOut['kind'],
    status: row.status,
    filter: {
      ...filter,
      deliveryIds: deliveryIds == null ? null : [...deliveryIds],
      messageIds: messageIds == null ? null : [...messageIds],
      minDurationMs: filter.minDurationMs ?? null,
      status: (statuses ?? []) as ReplayOut['filter']['status'],
      eventTypes: filter.eventTypes === null ? null : [...filter.eventTypes],
      before: timeOrNull(before),
      after: timeOrNull(after),
    },
    requests: isOfRequests ? requestsJson(kept as RequestReplayFilter) : null,
    ratePerSecond: row.rate,
    matched: row.matched,
    queued: row.queued,
    skipped: row.skipped,
    reached: timeOrNull(idTime(row.place) ?? null),
    failure: row.failure as ReplayOut['failure'],
    startedAt: time(row.created_at),
    updatedAt: time(row.updated_at),
    finishedAt: timeOrNull(row.finished_at),
  }
}

function requestsJson({ requestIds, before, after, ...filter }: RequestReplayFilter): ReplayOut['requests'] {
  return {
    ...filter,
    requestIds: requestIds == null ? null : [...requestIds],
    minDurationMs: filter.minDurationMs ?? null,
    before: timeOrNull(before),
    after: timeOrNull(after),
  }
}

export function sampleJson(one: Replayable): ReplayPreview['sample'][number] {
  const { delivery, message, endpoint, eventType, createdAt } = one
  return { deliveryId: delivery, messageId: message, endpointId: endpoint, eventType, createdAt: time(createdAt) }
}
