/**
 * What is said of the API once, and everything else is made from: the schemas of what goes over the wire, the operations, the codes of
 * errors, and the checks that more than one side needs. It imports no other package of ours.
 */
export { channel } from './message/channel.ts'
export { type ErrorCode, type ErrorEntry, errors } from './errors.ts'
export { faultSentence } from './api/fault-sentence.ts'
export { type AttemptOut, type MessageEndpointOut, attemptOperations, attemptOut } from './delivery/attempt.ts'
export { attemptTimeoutMs } from './endpoint/attempt-timeout.ts'
export { attemptTimeoutMsBounds } from './plain/attempt-timeout-bounds.ts'
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
} from './delivery/delivery.ts'
export {
  type ReplayIn,
  type ReplayOut,
  type ReplayPreview,
  replayIn,
  replayOperations,
  replayOut,
  replayPreview,
} from './delivery/replay.ts'
export {
  type EndpointMade,
  type EndpointOut,
  endpointIn,
  endpointOperations,
  endpointOut,
  endpointPatch,
  endpointUpdate,
} from './endpoint/endpoint.ts'
export {
  type CatalogueName,
  type EventTypeImport,
  type EventTypeOut,
  type EventTypeUseOut,
  eventTypeImport,
  eventTypeIn,
  eventTypeName,
  eventTypeOperations,
  eventTypeOut,
  eventTypeUseOut,
  eventTypePatch,
  eventTypeUpdate,
} from './message/event-type.ts'
export { exampleMessage, examplePayload, filter, filterOperations, filterTestIn } from './endpoint/filter.ts'
export { transformation, transformationOperations, transformationTestIn } from './endpoint/transformation.ts'
export { flowDefinitionSchema, type FlowDefinition } from './flow/flow-definition.ts'
export {
  type BranchStep,
  type EveryStep,
  type FlowStep,
  type NextCondition,
  type StepKind,
  type StepOf,
  branchStepSchema,
  codeStepSchema,
  delayStepSchema,
  emitEventStepSchema,
  loadEntryStepSchema,
  saveEntryStepSchema,
  failStepSchema,
  filterStepSchema,
  forEachStepSchema,
  httpRequestStepSchema,
  nextConditionSchema,
  sendWebhookStepSchema,
  setMetaStepSchema,
  stepSchema,
  stepSchemas,
  stopStepSchema,
  transformStepSchema,
  validateStepSchema,
  webhookResponseStepSchema,
} from './flow/steps.ts'
export { nextStatuses, stepSigningSchema, type NextStatus, type StepRetryPolicy, type StepSigning } from './flow/step-parts.ts'
export { type FlowTrigger, flowTriggerSchema } from './flow/flow-trigger.ts'
export { flowLimits } from './flow/flow-limits.ts'
export { type DefinitionFault, flowDefinitionFaults, parseFlowDefinition, walkSteps } from './flow/flow-definition-faults.ts'
export {
  bearerTokenFault,
  headerFault,
  replyHeaderFault,
  sentHeaderFault,
  sentReplyHeaderFault,
  trimHeaderValue,
} from './value/header-fault.ts'
export { HEADERS_BYTES_MAX, HEADER_BYTES_MAX, type HeadersFault, headersFault, isHeaderValue } from './value/header-value.ts'
export { escapePointer, jsonPointer, pointerParts } from './value/json-pointer.ts'
export {
  type Listener,
  type ListenerExpected,
  type ListenerInput,
  type ListenerMethod,
  type ListenerReply,
  addressOrRange,
  allowedAddress,
  listenerIn,
  listenerMethods,
  replyHeaders,
  replyStatus,
  eventPath,
  itemsPath,
  valuePath,
} from './listener/listener.ts'
export {
  type ListenerAuth,
  type OpenListenerAuth,
  type ShownListenerAuth,
  authKinds,
  listenerAuth,
  openListenerAuth,
  shownListenerAuth,
} from './listener/listener-auth.ts'
export { jwtAlgorithms } from './listener/jwt-auth.ts'
export { digestName, macKeyEncoding, publicKeyEncoding, signedMembers } from './listener/signed-auth.ts'
export { readSuffix, suffixShape } from './listener/listener-suffix.ts'
export {
  type ApplicationOut,
  applicationAsGiven,
  applicationIn,
  applicationOperations,
  applicationOut,
  applicationPatch,
} from './application/application.ts'
export { type PlanOut, planIn, planName, planOperations, planOut, planPatch, planUpdate } from './application/plan.ts'
export { planUseOperations, type PlanUseOut, planUseOut } from './application/plan-use.ts'
export {
  type MemberOut,
  type MemberRole,
  memberEmail,
  memberIn,
  memberLink,
  memberName,
  memberOperations,
  memberOut,
  memberPatch,
  memberRole,
} from './member/member.ts'
export { type ViewOut, viewIn, viewList, viewOperations, viewOut, viewPatch } from './application/view.ts'
export { completeSignInIn, providerAddressOut, providerOperations, providerOut } from './member/provider.ts'
export {
  type LinkOut,
  type MeOut,
  linkIn,
  linkOut,
  meOperations,
  meOut,
  newPassword,
  redeemLinkIn,
  sessionOperations,
  signInIn,
} from './member/session.ts'
export { type BatchOut, type MessageOut, eventIn, messageIn, messageOperations, messageOut } from './message/message.ts'
export { nearestName } from './api/nearest-name.ts'
export {
  type Operation,
  bytesAnswer,
  eventsAnswer,
  isEventStream,
  metadata,
  moment,
  operation,
  takesIfMatch,
  timestamp,
  uid,
} from './api/operation.ts'
export { operations } from './api/operations.ts'
export { namedPageQuery, orderedPageQuery, pageOf, pageQuery, searchedPageQuery } from './api/paging.ts'
export { type AuditOut, auditOperations, auditOut } from './application/audit.ts'
export { asKept, keptFlowDefinition, keptListener, keptListenerAuth } from './kept.ts'
export { type KeyOut, keyIn, keyOperations, keyOut } from './application/key.ts'
export { appPortalAccessIn, appPortalAccessOut, authenticationOperations, portalCapabilities } from './application/authentication.ts'
export { type ListenerOut, listenerOperations, listenerOut, listenerPatch } from './listener/listener-operations.ts'
export {
  type ConnectionAuth,
  type ConnectionOut,
  type KeptConnectionAuth,
  connectionAuth,
  connectionIn,
  connectionName,
  connectionOperations,
  connectionOut,
} from './application/connection.ts'
export { type SecretOut, secretName, secretOperations, secretOut } from './application/secret.ts'
export {
  type FlowDiffOut,
  type FlowHeadOut,
  type FlowOut,
  type FlowVersionOut,
  flowDiffOut,
  flowIn,
  flowOperations,
  flowOut,
  flowVersionOut,
} from './flow/flow-operations.ts'
export { healthOperations } from './api/health.ts'
export {
  type EntryOut,
  type EntryReplacement,
  type EntryVersionOut,
  entryIn,
  entryOperations,
  entryOut,
  entryReplacement,
  entryVersionOut,
} from './listener/entry.ts'
export {
  type RequestDetailOut,
  type RequestOut,
  type RequestSearch,
  requestDetailOut,
  requestOperations,
  requestOut,
  type ReplayRequestsIn,
  replayRequestsIn,
} from './listener/request.ts'
export { type RetryPresetName, retryPolicySetting, retryPresetNames, retryPresets, stepRetryPolicySchema } from './endpoint/retry-policy.ts'
export {
  type RunDetailOut,
  type RunOut,
  type StepOut,
  runDetailOut,
  runIn,
  runOperations,
  runOut,
  runsAgainIn,
  stepOut,
} from './flow/run.ts'
export { signingProfile } from './endpoint/signing-profile.ts'
export {
  type StatsBucket,
  type StatsBucketOut,
  type StatsGroupOut,
  type StatsOut,
  statsBucketMs,
  statsFrame,
  statsGroup,
  statsOperations,
  statsOut,
  statsQuery,
  statsRangesMs,
} from './delivery/stats.ts'
export { type ScheduleTimesOut, scheduleOperations, scheduleTimesOut } from './flow/schedule.ts'
export { type TemplateApplied, type TemplateOut, templateApplyIn, templateName, templateOperations, templateOut } from './flow/template.ts'
export { type SystemOut, systemName, systemOperations, systemOut } from './listener/system.ts'
export { type PortalLook, portalLinkIn, portalLook, portalLookOut, portalOperations, portalSessionOut } from './application/portal.ts'
export { type StreamEventOut, type StreamTopic, streamEventOut, streamOperations, streamTopic } from './application/stream.ts'
export { type InstallOut, installOperations, installOut } from './application/install.ts'
export { type IssueOut, issueKind, issueOperations, issueOut } from './application/issue.ts'
export { type VerdictOut, type VerifyRequestIn, verdictOut, verifyRequestIn } from './listener/verify-request.ts'
export { type RequestStatsOut, requestStatsOperations, requestStatsOut } from './listener/request-stats.ts'
export { type StepKindOut, describeStepKinds, ownFields, stepKindOperations, stepKindOut } from './flow/step-kind.ts'
export { fieldForms, stepSections, type FieldText, type StepKindText } from './flow/step-kind-text.ts'
export { stepKindTexts } from './flow/step-kind-texts.ts'
export { type TrailOut, trailOperations, trailOut } from './flow/trail.ts'
export { type RunStatsOut, runStatsOperations, runStatsOut } from './flow/run-stats.ts'
export { successRule } from './endpoint/success-rule.ts'
export { unknownMember } from './api/unknown-member.ts'
export { type OpenApiDocument, type OpenApiOperation, type OpenApiParameter, openApiDocument } from './api/openapi.ts'
export { type OperationName, operationName } from './api/operation-name.ts'
export type { JsonSchema } from './api/schema-components.ts'
export { type FlowTestOut, flowTestIn, flowTestOperations, flowTestOut, trialSource } from './flow/flow-test.ts'
export { type MappingTestOut, mappingTestIn, mappingTestOperations, mappingTestOut } from './flow/mapping-test.ts'
