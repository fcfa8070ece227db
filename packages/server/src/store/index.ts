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
  type DeliveryOutcome,
  type DeliveryOwner,
  type RequestHead,
  type RunHead,
  type ShownMessage,
} from './logs.ts'
export { newestAtHand, makeAnew } from './make-anew.ts'
export { newRunRow, requestRow } from './new-rows.ts'
export { planOf } from './plan-of.ts'
export type { ListedFlow } from './queries/flows.ts'
export type { ShownEventType } from './queries/event-type.ts'
export type { StoredApiKey } from './records/api-key.ts'
export type { StoredApplication, Versions } from './records/application.ts'
export type { StoredAttempt } from './records/attempt.ts'
export type { StoredAudit } from './records/audit.ts'
export type { StoredDelivery } from './records/delivery.ts'
export { endpointDefaults, type StoredEndpoint } from './records/endpoint.ts'
export type { StoredEventType } from './records/event-type.ts'
export type { StoredFlowDraft, StoredFlow, StoredFlowVersion } from './records/flow.ts'
export { NEVER, laneStates, type LaneState, type StoredLane, type StoredTask } from './records/lane.ts'
export type { StoredListener } from './records/listener.ts'
export type { StoredMessage } from './records/message.ts'
export type { StoredPlan } from './records/plan.ts'
export type { StoredReplay } from './records/replay.ts'
export type { StoredRequest } from './records/request.ts'
export { NOBODY, type StoredRun } from './records/run.ts'
export type { StoredSecret } from './records/secret.ts'
export type { StoredDedup, StoredIdempotency } from './records/taken-key.ts'
export { NothingToCheckError, isSound, type StoreCheck } from './store-check.ts'
export { createStoreHealth, type StoreHealth } from './store-health.ts'
export { StoreRefusedError, type Admission, type FoundStore, type StoreKey } from './store-key.ts'
export {
  CommitUnknownError,
  TAKES_ALL,
  configurationParts,
  type AcceptOperation,
  type AcceptResult,
  type Anew,
  type AuditEntry,
  type Claim,
  type CommitResult,
  type ConfigurationPart,
  type Dedup,
  type EndedRun,
  type EndpointStop,
  type FirstAttempt,
  type HeldRun,
  type Hint,
  type Lane,
  type LaneChange,
  type LaneId,
  type LaneUpdate,
  type LoadedDelivery,
  type LoadedRun,
  type MadeFrom,
  type MissingDelivery,
  type Mutation,
  type NewAttempt,
  type NewDelivery,
  type NewMessage,
  type NewRequest,
  type NewRun,
  type PeerBeat,
  type ReplayStep,
  type ReplayStepResult,
  type ReserveResult,
  type RetentionBefore,
  type RunCommit,
  type RunCommitResult,
  type RunReply,
  type SessionTakes,
  type SettleResult,
  type Settlement,
  type Statement,
  type Store,
  type Task,
} from './store.ts'
export type { Stretch } from './stretch.ts'
