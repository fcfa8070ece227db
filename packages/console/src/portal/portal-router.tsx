import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate, Outlet, redirect } from '@tanstack/react-router'
import { eventTypesSearch } from '../features/catalogue/search.ts'
import { deliveriesSearch } from '../features/deliveries/search.ts'
import { endpointSearch, webhooksSearch } from '../features/webhooks/search.ts'
import { ErrorState } from '../ui/states.tsx'
import { PortalShell } from './portal-shell.tsx'

/** The console's own pages of endpoints, deliveries and event types, under the same paths, for one application and with nothing beside them. */
export function createPortalRouter(app: string) {
  // An address of the console, or of another application: the portal has neither.
  const elsewhere = () => <Navigate to="/a/$app/settings/webhooks" params={{ app }} replace />
  const root = createRootRoute({ component: Outlet, notFoundComponent: elsewhere })
  const endpoints = () => redirect({ to: '/a/$app/settings/webhooks', params: { app }, throw: true })
  const start = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: endpoints })
  const application = createRoute({
    getParentRoute: () => root,
    path: '/a/$app',
    // It shows one application, whatever the address says.
    beforeLoad: ({ params }) => void (params.app === app || endpoints()),
    component: PortalShell,
  })
  const webhooks = createRoute({
    getParentRoute: () => application,
    path: 'settings/webhooks',
    validateSearch: webhooksSearch,
    component: lazyRouteComponent(() => import('../features/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  })
  const endpoint = createRoute({
    getParentRoute: () => application,
    path: 'settings/webhooks/$endpoint',
    validateSearch: endpointSearch,
    component: lazyRouteComponent(() => import('../features/webhooks/endpoint-page.tsx'), 'EndpointPage'),
  })
  const deliveries = createRoute({
    getParentRoute: () => application,
    path: 'deliveries',
    validateSearch: deliveriesSearch,
    component: lazyRouteComponent(() => import('../features/deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
  })
  const delivery = createRoute({
    getParentRoute: () => application,
    path: 'deliveries/$delivery',
    component: lazyRouteComponent(() => import('../features/deliveries/delivery-page.tsx'), 'DeliveryPage'),
  })
  const replay = createRoute({
    getParentRoute: () => application,
    path: 'replays/$replay',
    component: lazyRouteComponent(() => import('../features/deliveries/replay-page.tsx'), 'ReplayPage'),
  })
  const eventTypes = createRoute({
    getParentRoute: () => application,
    path: 'settings/event-types',
    validateSearch: eventTypesSearch,
    component: lazyRouteComponent(() => import('../features/catalogue/catalogue-page.tsx'), 'CataloguePage'),
  })
  return createRouter({
    routeTree: root.addChildren([start, application.addChildren([webhooks, endpoint, deliveries, delivery, replay, eventTypes])]),
    basepath: '/portal',
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  })
}
