/**
 * Remember. The store keeps everything that must survive a crash: configuration, live work (lanes, tasks, runs) and the logs.
 * In come batches of operations from the rooms; out comes "it is synced". It never interprets what it keeps, never sends,
 * and never lets a transaction out.
 */
export { madeFrom, type ApplicationSnapshot, type EndpointSnapshot, type FlowSnapshot } from './application-snapshot.ts'
export { anyDelivery, type DeliveryFilter, type DeliveryHead, type DeliveryScan, type FoundDelivery } from './delivery-scan.ts'
export {
  type AttemptFilter,
  type AttemptWithDelivery,
  type ContentHead,
  type DeliveryCount,
  type DeliveryOwner,
  type RequestFilter,
  type RequestOutcome,
  type RunOutcome,
  type RequestHead,
  type RunFilter,
  type RunHead,
  type ShownMessage,
} from './logs.ts'
export { newestAtHand, makeAnew } from './make-anew.ts'
export { newRunRow, requestFor, requestRow } from './new-rows.ts'
export { planOf } from './plan-of.ts'
export type { ListedFlow } from './queries/flows.ts'
export type { EventTypeUsers, ShownEventType } from './queries/event-type.ts'
export type { StoredApiKey } from './records/api-key.ts'
export type { StoredApplication, Versions } from './records/application.ts'
export type { StoredAttempt } from './records/attempt.ts'
export type { StoredAudit } from './records/audit.ts'
export type { StoredDelivery } from './records/delivery.ts'
export { endpointDefaults, type StoredEndpoint } from './records/endpoint.ts'
export type { StoredEntry } from './records/entry.ts'
export type { StoredEventType } from './records/event-type.ts'
export type { StoredFlowDraft, StoredFlow, StoredFlowVersion } from './records/flow.ts'
export type { LaneLoad } from './queries/lanes.ts'
export { NEVER, laneStates, type LaneState, type StoredLane, type StoredTask } from './records/lane.ts'
export type { StoredListener } from './records/listener.ts'
export type { StoredMember, StoredMemberLink, StoredMemberSession } from './records/member.ts'
export type { StoredPortalLink } from './records/portal.ts'
export type { StoredView } from './records/view.ts'
export type { StoredMessage } from './records/message.ts'
export type { StoredPlan } from './records/plan.ts'
export type { RequestReplayFilter, StoredReplay } from './records/replay.ts'
export type { RequestOrigin, RequestProof, StoredRequest } from './records/request.ts'
export { gates, NOBODY, type StoredRun } from './records/run.ts'
export type { StoredSchedule } from './records/schedule.ts'
export type { SiloAmount } from './statements/silo.ts'
export type { HeldCall } from './statements/taken-keys.ts'
export type { StoredConnection } from './records/connection.ts'
export type { StoredSecret } from './records/secret.ts'
export type { StoredSiloEntry, StoredSiloVersion } from './records/silo.ts'
export { CARRIED_OUT, type StoredDedup, type StoredIdempotency } from './records/taken-key.ts'
export { NothingToCheckError, isSound, type StoreCheck } from './store-check.ts'
export { MovedAlreadyError, MoveRefusedError, type MovedAmount } from './store-contents.ts'
export { createStoreHealth, type StoreHealth } from './store-health.ts'
export type { ResealedAmount } from './master-key/reseal-texts.ts'
export { sealedPlaces } from './master-key/sealed-places.ts'
export { StoreRefusedError, type Admission, type FoundStore, type KeyChange, type Reseal, type StoreKey } from './master-key/store-key.ts'
export { isKept, type AcceptOperation, type AcceptPart, type AcceptResult, type Dedup } from './port/accept.ts'
export { CommitUnknownError } from './port/commit-unknown-error.ts'
export type { LoadedDelivery } from './port/deliveries.ts'
export type { Anew, CommitResult, CommitStore } from './port/group-commits.ts'
export type { ByteRange, EntryFiles, EntryWriter } from './port/entry-files.ts'
export type { Hint } from './port/hints.ts'
export type { Claim, FirstAttempt, Lane, LaneId, ReserveResult, Task } from './port/lanes.ts'
export { configurationParts, type ConfigurationPart, type MadeFrom } from './port/made-from.ts'
export type { Alongside, AuditEntry, LaneChange, Mutation, MutationResult, Statement } from './port/mutation.ts'
export type { EndedRun, NewDelivery, NewEntry, NewMessage, NewRequest, NewRun } from './port/new-work.ts'
export type { MissingDelivery, ReplayStep, ReplayStepResult } from './port/replays.ts'
export { EACH, wakeLine, type RunCommit, type RunCommitResult } from './port/run-commit.ts'
export type { HeldRun, LoadedRun, RunReply } from './port/runs.ts'
export type { DueSchedule, ScheduledMoment } from './port/schedules.ts'
export { TAKES_ALL, type PeerBeat, type SessionTakes } from './port/sessions.ts'
export type { EndpointStop, LaneUpdate, NewAttempt, SettleResult, Settlement } from './port/settlement.ts'
export type { RetentionBefore } from './port/upkeep.ts'
export type { Store } from './store.ts'
export type { Stretch } from './stretch.ts'
export type { TableProgress } from './table-progress.ts'
