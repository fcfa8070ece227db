import { deliveryOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { cancelDeliveries, cancelDelivery, resendDelivery } from './change-delivery.ts'
import { listDeliveries, listEverywhere } from './list-deliveries.ts'
import { getDelivery, listAttempts } from './read-delivery.ts'

/** Deliveries: of messages to endpoints, and of Send Webhook steps. */
export function deliveryRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, deliveryOperations, {
    list: listDeliveries,
    listEverywhere,
    get: getDelivery,
    attempts: listAttempts,
    cancel: cancelDelivery,
    cancelMany: cancelDeliveries,
    resend: resendDelivery,
  })
}
