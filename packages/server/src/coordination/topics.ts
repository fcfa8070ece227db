import type { RunId, RunStatus, Reply } from '#domain'
import type { CommitResult, HeldRun, Lane, LoadedDelivery, LoadedRun, NewDelivery, NewMessage, Task } from '#store'

/**
 * What the wake-up between the rooms carries: work that was just committed, handed over in memory so that the next room need not
 * read it. A lost ring costs a poll interval, never an event: all of it can be found in the store.
 */
export interface Topics {
  /** Deliveries created in lanes of this session. `delivery` listens. */
  'delivery.work': DeliveryWork
  /** Runs just accepted by this process, with the request that started them. `flows` listens. */
  'run.accepted': readonly LoadedRun[]
  /** Runs whose delivery ended, held by this session again. `flows` listens. */
  'run.woken': readonly HeldRun[]
  /** The commit that holds a run's reply is synced, or the run ended. `ingest` and `api` answer those who wait. */
  'run.replied': { readonly run: RunId; readonly status: RunStatus; readonly reply: Reply }
}

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
  const inserted = new Set<string>(commit.tasks.map((task) => task.delivery))
  const loaded: LoadedDelivery[] = []
  for (const message of made.messages) {
    // A message goes its own way: no run waits for its deliveries, so they are not the run's.
    for (const delivery of message.deliveries) {
      if (inserted.has(delivery.id)) loaded.push(loadedDelivery(delivery, { ...message, run_id: null }))
    }
  }
  for (const { delivery, application_id, run_id } of made.deliveries ?? []) {
    if (inserted.has(delivery.id)) {
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
