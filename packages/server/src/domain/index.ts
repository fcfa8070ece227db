/** The nouns and their rules: pure, no clock, no network, no store. */
export { AppError, type FieldFault, isPassing } from './app-error.ts'
export {
  type AttemptDecision,
  type AttemptEffects,
  type DeliveryProgress,
  decideAttempt,
  isOurFailure,
} from './delivery/attempt-outcome.ts'
export { belonging } from './belonging.ts'
export { type Circuit, type CircuitLimits, afterAttempt, circuitLimitsDefault } from './delivery/circuit.ts'
export { type KeptConnectionAuth, connectionSecrets, secretOfConnection } from './connection.ts'
export { clientBasic } from './header/client-basic.ts'
export { contentDisposition } from './header/content-disposition.ts'
export { contentCodings, isIdentity, readContentCoding, type ContentCoding } from './header/content-coding.ts'
export { deliveryMoves, newDeliveryStatuses, terminalDeliveryStatuses } from './delivery/delivery-state.ts'
export { envelopeBytes } from './message/envelope.ts'
export { isEventTypeName, isEventTypePattern, testEventType } from './message/event-type.ts'
export { depthOfJson, exactJsonLater, exactNumber, isRawNumber, parseExactJson, sameJson } from './exact-json.ts'
export {
  type CompiledEndpoints,
  compileEndpoints,
  fanOut,
  fanningOut,
  isDearToMatch,
  type FanOut,
  type MessageToMatch,
  readPayload,
} from './endpoint/fan-out.ts'
export { filtersCompiled, keepFilters } from './endpoint/ready-filters.ts'
export {
  REDACTED,
  isAlwaysSecret,
  isCredentialHeader,
  isCredentialParameter,
  loggedUrl,
  mayCarryCredential,
  showsValue,
} from './header/header-secrecy.ts'
export {
  headerFault,
  headerText,
  headerWire,
  isAscii,
  isHeaderValue,
  sentHeaderFault,
  sentReplyHeaderFault,
  trimHeaderValue,
} from './header/header-text.ts'
export { type CountedMinute, firstMinuteOfHour, reserveOfHour, useOfHour } from './delivery/hourly-quota.ts'
export { compileFilter, filterOperators, newAllowance } from './endpoint/filter.ts'
export {
  type ApplicationId,
  type AttemptId,
  type AuditId,
  type DeliveryId,
  type EndpointId,
  type EntryId,
  type FlowId,
  type IdPrefix,
  type Ids,
  type KeyId,
  type MemberId,
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
  eventPath,
  itemsPath,
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
} from './message/operational-event.ts'
export { type OperationalEventType, operationalEventTypeContents, operationalEventTypes } from './message/operational-catalogue.ts'
export { type Plan, attemptTimeoutMs, planDefault, plans } from './plan.ts'
export { type ProblemAbout, faultsOf, problemBody } from './problem.ts'
export { isoText } from './iso-text.ts'
export { bodilessStatuses, keptReply, type KeptReply, type Reply, type ReplyEntry, replyBytes } from './reply.ts'
export { type RetryPolicy, type RetryPolicySetting, retryPolicy } from './delivery/retry-policy.ts'
export { type PassedOn, passedOn, passingOn } from './passed-on.ts'
export { CHAIN_HEADER, chainIn } from './run-chain.ts'
export {
  placeOfDelivery,
  placeOfMessage,
  placeOfRequest,
  placeOfRun,
  spanOf,
  spanOfMaker,
  spanOfStep,
  type TracePlace,
} from './trace/trace-place.ts'
export { textOfTrace, traceHeaders, traceOfRequest, traceText } from './trace/trace-text.ts'
export { newRunStatuses, runMoves } from './run-state.ts'
export { schemaExample } from './message/schema-example.ts'
export { sampleSendWebhookBody, sendWebhookBytes } from './delivery/send-webhook-body.ts'
export { checkSecret, checkSigningSecret, secretOverlapSecondsDefault } from './endpoint/signing-profile.ts'
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
} from './endpoint/signing.ts'
export {
  type DeliveryStatus,
  type EndpointState,
  type ReplayStatus,
  type RequestStatus,
  type RunStatus,
  type StepStatus,
} from './status.ts'
export type { Fault, StepDeliveryOutcome, StepRequest } from './delivery/step-delivery.ts'
export { compileEventTypes } from './endpoint/subscription.ts'
export { isJsonContentType, siloLimits } from './entry/silo-content.ts'
export { type SuccessRule, sendWebhookSuccessDefault, successDefault } from './delivery/success-rule.ts'
export { type Transformation, type TransformationVariables, transformationVariables } from './endpoint/transformation.ts'
export { isUid, webhookIdOf } from './uid.ts'
