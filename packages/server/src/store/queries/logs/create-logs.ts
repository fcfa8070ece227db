import type { Logs } from '../../logs.ts'
import { createAttemptLog } from './attempts.ts'
import { createAuditLog } from './audit.ts'
import { createDeliveryLog } from './deliveries.ts'
import { createMessageLog } from './messages.ts'
import { createRequestLog } from './requests.ts'
import { createRunLog } from './runs.ts'
import type { Tables } from '../tables.ts'

/** The logs, for an engine that keeps them beside everything else. */
export function createLogs(tables: Tables): Logs {
  return {
    requests: createRequestLog(tables),
    runs: createRunLog(tables),
    messages: createMessageLog(tables),
    deliveries: createDeliveryLog(tables),
    attempts: createAttemptLog(tables),
    audit: createAuditLog(tables),
  }
}
