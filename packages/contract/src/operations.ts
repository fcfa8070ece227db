import { auditOperations } from './audit.ts'
import { applicationOperations } from './application.ts'
import { authenticationOperations } from './authentication.ts'
import { attemptOperations } from './attempt.ts'
import { deliveryOperations } from './delivery.ts'
import { replayOperations } from './replay.ts'
import { endpointOperations } from './endpoint.ts'
import { eventTypeOperations } from './event-type.ts'
import { messageOperations } from './message.ts'
import { filterOperations } from './filter.ts'
import { flowOperations } from './flow-operations.ts'
import { flowTestOperations } from './flow-test.ts'
import { healthOperations } from './health.ts'
import { keyOperations } from './key.ts'
import { listenerOperations } from './listener-operations.ts'
import type { Operation } from './operation.ts'
import { planOperations } from './plan.ts'
import { requestOperations } from './request.ts'
import { runOperations } from './run.ts'
import { secretOperations } from './secret.ts'
import { statsOperations } from './stats.ts'
import { systemOperations } from './listener/system.ts'
import { transformationOperations } from './transformation.ts'

/**
 * Every operation of the API, in the order of the documentation.
 *
 * @example
 * operations.filter(({ scope }) => scope === 'public').map(({ path }) => path)
 * // ['/healthz', '/api/v1/health', '/api/v1/health/ping', '/readyz']
 */
export const operations: readonly Operation[] = [
  ...Object.values(applicationOperations),
  ...Object.values(statsOperations),
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
  ...Object.values(listenerOperations),
  ...Object.values(requestOperations),
  ...Object.values(flowOperations),
  ...Object.values(flowTestOperations),
  ...Object.values(runOperations),
  ...Object.values(secretOperations),
  ...Object.values(keyOperations),
  ...Object.values(authenticationOperations),
  ...Object.values(auditOperations),
  ...Object.values(healthOperations),
]
