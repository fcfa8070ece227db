import { auditOperations } from '../application/audit.ts'
import { applicationOperations } from '../application/application.ts'
import { authenticationOperations } from '../application/authentication.ts'
import { attemptOperations } from '../delivery/attempt.ts'
import { deliveryOperations } from '../delivery/delivery.ts'
import { replayOperations } from '../delivery/replay.ts'
import { endpointOperations } from '../endpoint/endpoint.ts'
import { eventTypeOperations } from '../message/event-type.ts'
import { memberOperations } from '../member/member.ts'
import { messageOperations } from '../message/message.ts'
import { filterOperations } from '../endpoint/filter.ts'
import { entryOperations } from '../listener/entry.ts'
import { flowOperations } from '../flow/flow-operations.ts'
import { flowTestOperations } from '../flow/flow-test.ts'
import { mappingTestOperations } from '../flow/mapping-test.ts'
import { healthOperations } from './health.ts'
import { keyOperations } from '../application/key.ts'
import { listenerOperations } from '../listener/listener-operations.ts'
import type { Operation } from './operation.ts'
import { planOperations } from '../application/plan.ts'
import { planUseOperations } from '../application/plan-use.ts'
import { requestOperations } from '../listener/request.ts'
import { runOperations } from '../flow/run.ts'
import { connectionOperations } from '../application/connection.ts'
import { secretOperations } from '../application/secret.ts'
import { providerOperations } from '../member/provider.ts'
import { meOperations, sessionOperations } from '../member/session.ts'
import { statsOperations } from '../delivery/stats.ts'
import { systemOperations } from '../listener/system.ts'
import { installOperations } from '../application/install.ts'
import { issueOperations } from '../application/issue.ts'
import { requestStatsOperations } from '../listener/request-stats.ts'
import { stepKindOperations } from '../flow/step-kind.ts'
import { trailOperations } from '../flow/trail.ts'
import { runStatsOperations } from '../flow/run-stats.ts'
import { portalOperations } from '../application/portal.ts'
import { scheduleOperations } from '../flow/schedule.ts'
import { templateOperations } from '../flow/template.ts'
import { viewOperations } from '../application/view.ts'
import { streamOperations } from '../application/stream.ts'
import { transformationOperations } from '../endpoint/transformation.ts'

/**
 * Every operation of the API, in the order of the documentation.
 *
 * @example
 * operations.filter(({ scope }) => scope === 'public').map(({ path }) => path)
 * // ['/api/v1/portal/session', '/api/v1/portal/look', '/api/v1/session', '/api/v1/session/link/describe', '/api/v1/session/link', '/api/v1/session/provider', '/api/v1/session/provider/{provider_id}', '/api/v1/session/provider/{provider_id}/return', '/healthz', '/api/v1/health', '/api/v1/health/ping', '/readyz']
 */
export const operations: readonly Operation[] = [
  ...Object.values(applicationOperations),
  ...Object.values(planUseOperations),
  ...Object.values(statsOperations),
  ...Object.values(requestStatsOperations),
  ...Object.values(runStatsOperations),
  ...Object.values(issueOperations),
  ...Object.values(trailOperations),
  ...Object.values(streamOperations),
  ...Object.values(portalOperations),
  ...Object.values(viewOperations),
  ...Object.values(planOperations),
  ...Object.values(eventTypeOperations),
  ...Object.values(endpointOperations),
  ...Object.values(filterOperations),
  ...Object.values(transformationOperations),
  ...Object.values(messageOperations),
  ...Object.values(attemptOperations),
  ...Object.values(deliveryOperations),
  ...Object.values(replayOperations),
  ...Object.values(systemOperations),
  ...Object.values(stepKindOperations),
  ...Object.values(listenerOperations),
  ...Object.values(requestOperations),
  ...Object.values(entryOperations),
  ...Object.values(flowOperations),
  ...Object.values(flowTestOperations),
  ...Object.values(mappingTestOperations),
  ...Object.values(scheduleOperations),
  ...Object.values(templateOperations),
  ...Object.values(runOperations),
  ...Object.values(secretOperations),
  ...Object.values(connectionOperations),
  ...Object.values(keyOperations),
  ...Object.values(authenticationOperations),
  ...Object.values(memberOperations),
  ...Object.values(sessionOperations),
  ...Object.values(providerOperations),
  ...Object.values(meOperations),
  ...Object.values(auditOperations),
  ...Object.values(installOperations),
  ...Object.values(healthOperations),
]
