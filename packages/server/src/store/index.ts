/**
 * Remember. The store keeps everything that must survive a crash: configuration, live work (lanes, tasks, runs) and the logs.
 * In come batches of operations from the rooms; out comes "it is synced". It never interprets what it keeps, never sends,
 * and never lets a transaction out.
 */
export { madeFrom, type ApplicationSnapshot, type EndpointSnapshot, type FlowSnapshot, type Versions } from './application-snapshot.ts'
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
export {
  NEVER,
  NOBODY,
  endpointDefaults,
  laneStates,
  type ApiKeyTable,
  type ApplicationTable,
  type AttemptTable,
  type AuditTable,
  type DedupTable,
  type DeliveryTable,
  type EndpointTable,
  type EventTypeTable,
  type FlowDraftTable,
  type FlowTable,
  type FlowVersionTable,
  type IdempotencyTable,
  type LaneState,
  type LaneTable,
  type ListenerTable,
  type MessageTable,
  type PlanTable,
  type ReplayTable,
  type RequestTable,
  type RunTable,
  type SecretTable,
  type TaskTable,
} from './schema.ts'
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
