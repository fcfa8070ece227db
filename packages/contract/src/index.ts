/**
 * What is said of the API once, and everything else is made from: the schemas of what goes over the wire, the operations, the codes of
 * errors, and the checks that more than one side needs. It imports no other package of ours.
 */
export { channel } from './channel.ts'
export { type ErrorCode, type ErrorEntry, errors } from './errors.ts'
export { faultSentence } from './fault-sentence.ts'
export { type AttemptOut, type MessageEndpointOut, attemptOperations, attemptOut } from './attempt.ts'
export { attemptTimeoutMs, attemptTimeoutMsBounds } from './attempt-timeout.ts'
export {
  type DeliveryAttemptOut,
  type DeliveryOut,
  type DeliverySearch,
  deliveryAttemptOut,
  deliveryOperations,
  deliveryOut,
  deliveryStatus,
  eventTypePatterns,
  searchText,
  statusCodeClass,
} from './delivery.ts'
export { type ReplayIn, type ReplayOut, type ReplayPreview, replayIn, replayOperations, replayOut, replayPreview } from './replay.ts'
export { type EndpointOut, endpointIn, endpointOperations, endpointOut, endpointPatch, endpointUpdate } from './endpoint.ts'
export {
  type CatalogueName,
  type EventTypeImport,
  type EventTypeOut,
  eventTypeImport,
  eventTypeIn,
  eventTypeName,
  eventTypeOperations,
  eventTypeOut,
  eventTypePatch,
  eventTypeUpdate,
} from './event-type.ts'
export { exampleMessage, examplePayload, filter, filterOperations, filterTestIn } from './filter.ts'
export { transformation, transformationOperations, transformationTestIn } from './transformation.ts'
export {
  type BranchStep,
  type EveryStep,
  type FlowDefinition,
  type FlowStep,
  type FlowTrigger,
  type NextCondition,
  type NextStatus,
  type StepKind,
  type StepOf,
  type StepRetryPolicy,
  type StepSigning,
  branchStepSchema,
  emitEventStepSchema,
  failStepSchema,
  filterStepSchema,
  flowDefinitionSchema,
  flowLimits,
  flowTriggerSchema,
  nextConditionSchema,
  nextStatuses,
  sendWebhookStepSchema,
  setMetaStepSchema,
  stepKindsNotYetAvailable,
  stepSchema,
  stepSchemas,
  stepSigningSchema,
  stopStepSchema,
  transformStepSchema,
  webhookResponseStepSchema,
} from './flow-definition.ts'
export { type DefinitionFault, flowDefinitionFaults, parseFlowDefinition, walkSteps } from './flow-definition-faults.ts'
export { bearerTokenFault, headerFault, replyHeaderFault, sentHeaderFault, sentReplyHeaderFault, trimHeaderValue } from './header-fault.ts'
export { HEADERS_BYTES_MAX, HEADER_BYTES_MAX, type HeadersFault, headersFault, isHeaderValue } from './header-value.ts'
export { escapePointer, jsonPointer, pointerParts } from './json-pointer.ts'
export {
  type Listener,
  type ListenerExpected,
  type ListenerInput,
  type ListenerMethod,
  type ListenerReply,
  addressOrRange,
  listenerIn,
  listenerMethods,
  replyHeaders,
  replyStatus,
  valuePath,
} from './listener.ts'
export {
  type ListenerAuth,
  type OpenListenerAuth,
  type ShownListenerAuth,
  authKinds,
  listenerAuth,
  openListenerAuth,
  shownListenerAuth,
} from './listener-auth.ts'
export { jwtAlgorithms } from './listener/jwt-auth.ts'
export { digestName, macKeyEncoding, publicKeyEncoding, signedMembers } from './listener/signed-auth.ts'
export { readSuffix, suffixShape } from './listener-suffix.ts'
export {
  type ApplicationOut,
  applicationAsGiven,
  applicationIn,
  applicationOperations,
  applicationOut,
  applicationPatch,
} from './application.ts'
export { type PlanOut, planIn, planName, planOperations, planOut, planPatch, planUpdate } from './plan.ts'
export { type BatchOut, type MessageOut, eventIn, messageIn, messageOperations, messageOut } from './message.ts'
export { nearestName } from './nearest-name.ts'
export { type Operation, bytesAnswer, metadata, moment, operation, timestamp, uid } from './operation.ts'
export { operations } from './operations.ts'
export { orderedPageQuery, pageOf, pageQuery } from './paging.ts'
export { type AuditOut, auditOperations, auditOut } from './audit.ts'
export { asKept, keptFlowDefinition, keptListener, keptListenerAuth } from './kept.ts'
export { type KeyOut, keyIn, keyOperations, keyOut } from './key.ts'
export { appPortalAccessIn, appPortalAccessOut, authenticationOperations, portalCapabilities } from './authentication.ts'
export { type ListenerOut, listenerOperations, listenerOut, listenerPatch } from './listener-operations.ts'
export { type SecretOut, secretName, secretOperations, secretOut } from './secret.ts'
export { type FlowHeadOut, type FlowOut, type FlowVersionOut, flowIn, flowOperations, flowOut, flowVersionOut } from './flow-operations.ts'
export { healthOperations } from './health.ts'
export { type RequestDetailOut, type RequestOut, requestDetailOut, requestOperations, requestOut } from './request.ts'
export { retryPolicySetting, retryPresetNames, stepRetryPolicySchema } from './retry-policy.ts'
export { type RunDetailOut, type RunOut, type StepOut, runDetailOut, runIn, runOperations, runOut, stepOut } from './run.ts'
export { signingProfile } from './signing-profile.ts'
export { type StatsBucket, type StatsBucketOut, type StatsOut, statsBucketMs, statsOperations, statsOut, statsRangesMs } from './stats.ts'
export { type SystemOut, systemName, systemOperations, systemOut } from './listener/system.ts'
export { successRule } from './success-rule.ts'
export { unknownMember } from './unknown-member.ts'
export { type OpenApiDocument, type OpenApiOperation, type OpenApiParameter, openApiDocument } from './openapi.ts'
export { type OperationName, operationName } from './operation-name.ts'
export type { JsonSchema } from './schema-components.ts'
export { type FlowTestOut, flowTestIn, flowTestOperations, flowTestOut } from './flow-test.ts'
