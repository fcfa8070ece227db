/**
 * Manage. The API over HTTP: one folder per noun, each tying the contract's operations to reads of the store and to changes that
 * are audited and versioned. Only this room turns error codes into HTTP. It never sends webhooks, and runs a flow only to try it,
 * keeping nothing: real work it puts into the store, as everybody does.
 */
import { applicationRoutes } from './application/application-routes.ts'
import { attemptRoutes } from './attempt/attempt-routes.ts'
import { deliveryRoutes } from './delivery/delivery-routes.ts'
import { authenticationRoutes } from './authentication/authentication-routes.ts'
import { auditRoutes } from './audit/audit-routes.ts'
import { consoleRoutes } from './console/console-routes.ts'
import type { ApiDeps } from './deps.ts'
import { endpointRoutes } from './endpoint/endpoint-routes.ts'
import { eventTypeRoutes } from './event-type/event-type-routes.ts'
import { filterRoutes } from './filter/filter-routes.ts'
import { flowRoutes } from './flow/flow-routes.ts'
import { trailRoutes } from './trail/trail-routes.ts'
import { tryRoutes } from './tries/try-routes.ts'
import { healthRoutes } from './health/health-routes.ts'
import { installRoutes } from './install/install-routes.ts'
import { issueRoutes } from './issue/issue-routes.ts'
import { keyRoutes } from './key/key-routes.ts'
import { metricsRoutes } from './health/metrics-routes.ts'
import { listenerRoutes } from './listener/listener-routes.ts'
import { meRoutes } from './me/me-routes.ts'
import { memberRoutes } from './member/member-routes.ts'
import { messageRoutes } from './message/message-routes.ts'
import { openApiRoutes } from './openapi/openapi-routes.ts'
import { planRoutes } from './plan/plan-routes.ts'
import { portalRoutes } from './portal/portal-routes.ts'
import { replayRoutes } from './replay/replay-routes.ts'
import { entryRoutes } from './entry/entry-routes.ts'
import { requestRoutes } from './request/request-routes.ts'
import { runRoutes } from './run/run-routes.ts'
import { connectionRoutes } from './connection/connection-routes.ts'
import { scheduleRoutes } from './schedule/schedule-routes.ts'
import { secretRoutes } from './secret/secret-routes.ts'
import { sessionRoutes } from './session/session-routes.ts'
import { statsRoutes } from './stats/stats-routes.ts'
import { stepKindRoutes } from './step-kind/step-kind-routes.ts'
import { streamRoutes } from './stream/stream-routes.ts'
import { systemRoutes } from './system/system-routes.ts'
import { templateRoutes } from './template/template-routes.ts'
import { transformationRoutes } from './transformation/transformation-routes.ts'
import { viewRoutes } from './view/view-routes.ts'
import { createServer, type ApiServer } from './server.ts'

export type { ApiDeps } from './deps.ts'
export { tryAlone, type AloneTrial } from './tries/try-alone.ts'
export type { FlowTryOut } from './tries/try-flow.ts'
export { ensureDefaultApplication, ensureFirstKey } from './first-start.ts'
export { firstOwnerLink, lockedOutLink } from './session/owner-links.ts'
export { ensureOperationalApplication } from './operational-application.ts'
export { createCaptures } from './listener/captures.ts'
export type { ApiServer } from './server.ts'

/** The management plane, ready to be mounted on an HTTP server. */
export function createApi(deps: ApiDeps): ApiServer {
  return createServer(deps, [
    ...applicationRoutes(deps),
    ...statsRoutes(deps),
    ...issueRoutes(deps),
    ...trailRoutes(deps),
    ...streamRoutes(deps),
    ...planRoutes(deps),
    ...eventTypeRoutes(deps),
    ...endpointRoutes(deps),
    ...filterRoutes(deps),
    ...transformationRoutes(deps),
    ...messageRoutes(deps),
    ...attemptRoutes(deps),
    ...deliveryRoutes(deps),
    ...replayRoutes(deps),
    ...systemRoutes(deps),
    ...stepKindRoutes(deps),
    ...listenerRoutes(deps),
    ...requestRoutes(deps),
    ...entryRoutes(deps),
    ...flowRoutes(deps),
    ...tryRoutes(deps),
    ...scheduleRoutes(deps),
    ...templateRoutes(deps),
    ...runRoutes(deps),
    ...secretRoutes(deps),
    ...connectionRoutes(deps),
    ...keyRoutes(deps),
    ...authenticationRoutes(deps),
    ...portalRoutes(deps),
    ...viewRoutes(deps),
    ...memberRoutes(deps),
    ...sessionRoutes(deps),
    ...meRoutes(deps),
    ...auditRoutes(deps),
    ...installRoutes(deps),
    ...healthRoutes(deps),
    ...metricsRoutes(deps),
    ...openApiRoutes(deps),
    ...consoleRoutes({ folder: deps.settings.consoleFolder, portalHosts: deps.settings.portalHosts }),
  ])
}
