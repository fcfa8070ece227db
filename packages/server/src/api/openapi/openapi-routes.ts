import type { Clock } from '#platform'
import type { Store } from '#store'
import { routesOf, type Route } from '../route.ts'
import { Documentation } from './documentation.ts'
import { getEventsPage, getOpenApi, getPage, getPayloadsPage } from './read-documentation.ts'

const about = { noun: 'documentation', method: 'GET', scope: 'public', access: 'read', answers: { 200: null } } as const

const documentationOperations = {
  openapi: { ...about, id: 'v1.documentation.openapi', path: '/openapi.json', summary: 'The description of the API' },
  page: { ...about, id: 'v1.documentation.page', path: '/docs', summary: 'The description of the API, to be read' },
  events: { ...about, id: 'v1.documentation.events', path: '/docs/events', summary: 'The event types, to be read' },
  payloads: { ...about, id: 'v1.documentation.payloads', path: '/docs/payloads', summary: 'How webhooks look, to be read' },
} as const

/** What the API says of itself. No operations of it: no client asks for them. */
export function openApiRoutes(deps: { readonly store: Pick<Store, 'queries'>; readonly clock: Clock }): Route[] {
  const shared = { documentation: new Documentation(deps) }
  return routesOf(shared, documentationOperations, {
    openapi: getOpenApi,
    page: getPage,
    events: getEventsPage,
    payloads: getPayloadsPage,
  })
}
