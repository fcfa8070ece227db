import type { CommitResult, Lane, LoadedDelivery, NewDelivery, NewMessage, Task } from '#store'

export interface DeliveryWork {
  readonly lanes: readonly Lane[]
  readonly tasks: readonly Task[]
  /** What sending needs, for tasks whose content is at hand. */
  readonly loaded: readonly LoadedDelivery[]
}

/** What a commit gave this session to send, with the content that the caller has in its hands anyway. */
export function deliveryWork(
  commit: CommitResult<unknown>,
  made: { readonly messages: readonly NewMessage[]; readonly deliveries?: readonly StepDelivery[] },
): DeliveryWork | undefined {
  if (commit.tasks.length === 0 && commit.lanes.length === 0) return undefined
  const owned = new Set<string>(commit.tasks.map((task) => task.delivery))
  const loaded: LoadedDelivery[] = []
  for (const message of made.messages) {
    // A message goes its own way: no run waits for its deliveries, so they are not the run's.
    for (const delivery of message.deliveries) {
      if (owned.has(delivery.id)) loaded.push(loadedDelivery(delivery, { ...message, run_id: null }))
    }
  }
  for (const { delivery, application_id, run_id } of made.deliveries ?? []) {
    if (owned.has(delivery.id)) {
      loaded.push(loadedDelivery(delivery, { id: null, application_id, run_id, event_id: null, payload: delivery.body }))
    }
  }
  return { lanes: commit.lanes, tasks: commit.tasks, loaded }
}

export interface StepDelivery {
  readonly delivery: NewDelivery
  readonly application_id: string
  readonly run_id: string
}

interface Origin {
  readonly id: string | null
  readonly application_id: string
  readonly run_id: string | null
  readonly event_id: string | null
  readonly payload: Uint8Array | null
}

/** A delivery as `loadDeliveries` would return it right after it was created. */
function loadedDelivery(delivery: NewDelivery, origin: Origin): LoadedDelivery {
  return {
    delivery: {
      id: delivery.id,
      application_id: origin.application_id,
      lane: delivery.lane,
      endpoint_id: delivery.endpoint_id,
      message_id: origin.id,
      run_id: origin.run_id,
      step_id: delivery.step_id,
      event_type: delivery.event_type,
      status: 'waiting',
      attempts: 0,
      retries: 0,
      retry_in_seen: 0,
      first_attempt_at: null,
      next_at: null,
      created_at: delivery.created_at,
      finished_at: null,
      last_status: null,
      last_failure: null,
      request: delivery.request,
    },
    eventId: origin.event_id,
    payload: origin.payload,
  }
}
