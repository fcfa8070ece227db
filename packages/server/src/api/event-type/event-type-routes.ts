import { eventTypeOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createEventType, patchEventType, replaceEventType } from './change-event-type.ts'
import { deleteEventType } from './delete-event-type.ts'
import { importEventTypes } from './event-type-import.ts'
import { getEventType, getEventTypeUse, listEventTypes } from './read-event-type.ts'

/** Event types, in Svix's shapes. Deleting archives; creating one that is archived brings it back. */
export function eventTypeRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, eventTypeOperations, {
    list: listEventTypes,
    create: createEventType,
    import: importEventTypes,
    get: getEventType,
    use: getEventTypeUse,
    update: replaceEventType,
    patch: patchEventType,
    delete: deleteEventType,
  })
}
