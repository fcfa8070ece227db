import type { Generated } from 'kysely'
import type { StoredApiKey } from './records/api-key.ts'
import type { StoredApplication, Versions } from './records/application.ts'
import type { StoredAttempt } from './records/attempt.ts'
import type { StoredAudit } from './records/audit.ts'
import type { StoredConnection } from './records/connection.ts'
import type { StoredDelivery } from './records/delivery.ts'
import type { StoredEndpoint, StoredEndpointSecret } from './records/endpoint.ts'
import type { StoredEntry, StoredEntryUsage } from './records/entry.ts'
import type { StoredEventType } from './records/event-type.ts'
import type { StoredFlow, StoredFlowDraft, StoredFlowVersion } from './records/flow.ts'
import type { StoredLane, StoredTask } from './records/lane.ts'
import type { StoredListener } from './records/listener.ts'
import type { StoredMember, StoredMemberLink, StoredMemberSession } from './records/member.ts'
import type { StoredMessage } from './records/message.ts'
import type { StoredPlan } from './records/plan.ts'
import type { StoredPortalLink, StoredPortalLook } from './records/portal.ts'
import type { StoredReplay } from './records/replay.ts'
import type { StoredRequest } from './records/request.ts'
import type { StoredRun } from './records/run.ts'
import type { StoredSchedule } from './records/schedule.ts'
import type { StoredSecret } from './records/secret.ts'
import type { StoredSiloEntry, StoredSiloUsage, StoredSiloValue, StoredSiloVersion } from './records/silo.ts'
import type { StoredView } from './records/view.ts'
import type { StoredDedup, StoredIdempotency } from './records/taken-key.ts'

/**
 * The tables, as both engines have them and Kysely sees them; a row of each, as it is read, is a record of `records/`. Times are integer
 * milliseconds; flags are 0 or 1; a column that ends in a JSON comment holds JSON text, written by us and never queried inside; `sealed`
 * text is encrypted by the vault.
 */
export interface Schema {
  application: Omit<StoredApplication, Versions> & { [Name in Versions]: Generated<number> }
  plan: StoredPlan
  quota: QuotaTable
  event_type: StoredEventType
  endpoint: StoredEndpoint
  endpoint_secret: StoredEndpointSecret
  lane: StoredLane
  task: StoredTask
  listener: StoredListener
  flow: StoredFlow
  flow_draft: StoredFlowDraft
  flow_version: StoredFlowVersion
  flow_gate: { flow_id: string; runs_max: number }
  schedule: StoredSchedule
  secret: StoredSecret
  connection: StoredConnection
  api_key: StoredApiKey
  member: StoredMember
  member_session: StoredMemberSession
  member_link: StoredMemberLink
  portal_link: StoredPortalLink
  portal_look: StoredPortalLook
  saved_view: StoredView
  audit: StoredAudit
  idempotency: StoredIdempotency
  dedup: StoredDedup
  request: StoredRequest
  run: StoredRun
  message: StoredMessage
  delivery: StoredDelivery
  attempt: StoredAttempt
  replay: StoredReplay
  entry: StoredEntry
  entry_usage: StoredEntryUsage
  silo_entry: StoredSiloEntry
  silo_version: StoredSiloVersion
  silo_value: StoredSiloValue
  silo_usage: StoredSiloUsage
  session: SessionTable
}

/** First attempts of an application of a limited plan, by the minute (since 1970) that they are counted in. */
interface QuotaTable {
  application_id: string
  minute: number
  n: number
}

/** On PostgreSQL also which work falls to it; see `SessionTakes`. */
interface SessionTable {
  id: string
  alive: number
  beat: number
}
