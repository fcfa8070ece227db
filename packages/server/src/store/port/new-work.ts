import type { ApplicationId, DeliveryId, EndpointId, EntryId, MessageId, RequestId, RunId } from '#domain'
import type { StoredRequest } from '../records/request.ts'
import type { StoredRun } from '../records/run.ts'
import type { StoredEntry } from '../records/entry.ts'
import type { LaneId } from './lanes.ts'

/** A row of `request`; as a duplicate it is stored without runs (`run_ids` empty), with `status` duplicate and `duplicate_of` set by the store. */
export type NewRequest = Omit<StoredRequest, 'id' | 'duplicate_of'> & { readonly id: RequestId }

/** A row of `entry`, whose bytes are synced. */
export type NewEntry = Omit<StoredEntry, 'id' | 'removed_at'> & { readonly id: EntryId }

/** With `answer_by` a caller waits for the reply on the process that accepts it. */
export type NewRun = Pick<
  StoredRun,
  'application_id' | 'flow_id' | 'version' | 'trigger' | 'request_id' | 'key' | 'created_at' | 'input' | 'meta' | 'answer_by'
> & {
  readonly id: RunId
  readonly tags?: StoredRun['tags']
  /** It came to its end before it was kept, so nobody holds it: one commit where there would be two. */
  readonly ended?: EndedRun
}

/** What a run that ended well, and did nothing but answer, leaves: columns of `run`. `reply` is what its caller hears after the commit. */
export type EndedRun = Pick<StoredRun, 'steps' | 'faults' | 'meta'> & { readonly finished_at: number; readonly reply: string }

export interface NewMessage {
  readonly id: MessageId
  readonly application_id: ApplicationId
  readonly event_id: string | null
  readonly event_type: string
  readonly channels: string | null
  readonly tags: string | null
  readonly run_id: RunId | null
  readonly created_at: number
  /** Absent: the payload is kept as long as the message. */
  readonly payload_until?: number | null
  readonly payload: Uint8Array
  readonly deliveries: readonly NewDelivery[]
  /** Lanes of disabled endpoints that would have had it: counted, not queued. */
  readonly skipped: readonly LaneId[]
}

export interface NewDelivery {
  readonly id: DeliveryId
  readonly lane: LaneId
  readonly endpoint_id: EndpointId | null
  readonly step_id: string | null
  readonly event_type: string
  readonly created_at: number
  readonly request: string | null
  readonly body: Uint8Array | null
}
