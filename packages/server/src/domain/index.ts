/** The nouns and their rules: pure, no clock, no network, no store. */
export { AppError, type FieldFault, isPassing } from './app-error.ts'
export { type AttemptDecision, type AttemptEffects, type DeliveryProgress, decideAttempt } from './attempt-outcome.ts'
export { belonging } from './belonging.ts'
export { type Circuit, type CircuitLimits, afterAttempt, circuitLimitsDefault } from './circuit.ts'
export { isIdentity } from './content-coding.ts'
export { deliveryMoves, newDeliveryStatuses } from './delivery-state.ts'
export { envelopeBytes } from './envelope.ts'
export { isEventTypeName, isEventTypePattern, testEventType } from './event-type.ts'
export { endOfText, exactJsonLater, exactNumber, isRawNumber, parseExactJson, sameJson } from './exact-json.ts'
export { type CompiledEndpoints, compileEndpoints, fanOut, filtersCompiled, readPayload } from './fan-out.ts'
export { REDACTED, isAlwaysSecret, isCredentialHeader, isCredentialParameter, mayCarryCredential, showsValue } from './header-secrecy.ts'
export {
  headerFault,
  headerText,
  headerWire,
  isAscii,
  isHeaderValue,
  sentHeaderFault,
  sentReplyHeaderFault,
  trimHeaderValue,
} from './header-text.ts'
export { type CountedMinute, firstMinuteOfHour, reserveOfHour } from './hourly-quota.ts'
export { type Allowance, compileFilter, filterOperators, newAllowance } from './filter.ts'
export {
  type ApplicationId,
  type AttemptId,
  type AuditId,
  type DeliveryId,
  type EndpointId,
  type FlowId,
  type IdPrefix,
  type Ids,
  type KeyId,
  type ListenerId,
  type MessageId,
  type ReplayId,
  type RequestId,
  type RunId,
  type SessionId,
  createIds,
  firstIdAt,
  idTime,
  isId,
} from './ids.ts'
export { escapePointer, pointerParts } from './json-pointer.ts'
export { limits } from './limits.ts'
export {
  type ErrorCode,
  type Listener,
  type ListenerAuth,
  type ListenerExpected,
  type ListenerReply,
  type OpenListenerAuth,
  digestName,
  errors,
  jwtAlgorithms,
  keptListener,
  keptListenerAuth,
  listenerIn,
  macKeyEncoding,
  openListenerAuth,
  publicKeyEncoding,
  signedMembers,
  systemName,
  valuePath,
} from './listener.ts'
export {
  type OperationalData,
  type OperationalEvent,
  attemptData,
  disabledData,
  endpointData,
  failingAfterAttempts,
  operationalApplication,
  runData,
} from './operational-event.ts'
export { type OperationalEventType, operationalEventTypeContents, operationalEventTypes } from './operational-catalogue.ts'
export { type Plan, attemptTimeoutMs, planDefault, plans } from './plan.ts'
export { type ProblemAbout, faultsOf, problemBody } from './problem.ts'
export { type Reply, replyBytes } from './reply.ts'
export { type RetryPolicy, type RetryPolicySetting, retryPolicy } from './retry-policy.ts'
export { newRunStatuses, runMoves } from './run-state.ts'
export { schemaExample } from './schema-example.ts'
export { sampleSendWebhookBody, sendWebhookBytes } from './send-webhook-body.ts'
export { checkSecret, checkSigningSecret, secretOverlapSecondsDefault } from './signing-profile.ts'
export {
  type SigningKey,
  type SigningProfile,
  type VerifyFailureCode,
  canonicalSecret,
  canonicalSignature,
  generateSecret,
  headersOf,
  prepareKey,
  publicKeyOf,
  sign,
  signingProfiles,
  staleWords,
  unitSlip,
  verify,
} from './signing.ts'
export {
  type DeliveryStatus,
  type EndpointState,
  type ReplayStatus,
  type RequestStatus,
  type RunStatus,
  type StepStatus,
} from './status.ts'
export type { Fault, StepDeliveryOutcome, StepRequest } from './step-delivery.ts'
export { compileEventTypes } from './subscription.ts'
export { type SuccessRule, sendWebhookSuccessDefault, successDefault } from './success-rule.ts'
export { type Transformation, type TransformationVariables, transformationVariables } from './transformation.ts'
export { isUid, webhookIdOf } from './uid.ts'
