import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { deliveriesSearch } from '../features/deliveries/search.ts'
import { eventTypesSearch } from '../features/catalogue/search.ts'
import { connectionsSearch } from '../features/connections/search.ts'
import { flowSearch, flowVersionsSearch, flowsSearch, mappingSearch } from '../features/flows/search.ts'
import { homeSearch } from '../features/home/search.ts'
import { listenerSearch, listenersSearch, newListenerSearch } from '../features/listeners/search.ts'
import { messagesSearch } from '../features/messages/search.ts'
import { auditSearch, organisationSearch } from '../features/organisation/search.ts'
import { requestSearch, requestsSearch } from '../features/requests/search.ts'
import { runSearch, runsSearch } from '../features/runs/search.ts'
import { signInSearch } from '../features/session/search.ts'
import { entrySearch, siloSearch } from '../features/silo/search.ts'
import { templatesSearch } from '../features/templates/search.ts'
import { secretsSearch } from '../features/secrets/search.ts'
import { endpointSearch, webhooksSearch } from '../features/webhooks/search.ts'
import { ErrorState } from '../ui/states.tsx'
import { enter } from './enter.ts'
import { jumpToId } from './jump-to-id.ts'
import { lastApplication } from './last-application.ts'
import { NotFound, UnknownId } from './not-found.tsx'
import { Root } from './root.tsx'
import { OrganisationShell, Shell } from './shell.tsx'

const root = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFound,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('../features/session/sign-in-page.tsx'), 'SignInPage'),
})

const signInReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/$provider',
  component: lazyRouteComponent(() => import('../features/session/return-page.tsx'), 'ReturnPage'),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../features/session/welcome-page.tsx'), 'WelcomePage'),
})

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async (entering) => {
    const me = await enter(entering)
    const [first] = me?.applications ?? []
    const last = lastApplication()
    const isTheirs = first === undefined || me?.applications?.some(({ id, uid }) => id === last || uid === last)
    redirect({ to: '/a/$app', params: { app: isTheirs === true ? last : (first.uid ?? first.id) }, throw: true })
  },
})

/** To the page of any id, of the application that was open last: for links from elsewhere. */
const jump = createRoute({
  getParentRoute: () => root,
  path: '/go/$id',
  beforeLoad: jumpToId,
  component: UnknownId,
})

/** Everything of one application stands in the frame. */
const application = createRoute({
  getParentRoute: () => root,
  path: '/a/$app',
  beforeLoad: async (entering) => void (await enter(entering)),
  component: Shell,
})

/** Where the first owner begins, outside of the frame. */
const firstMinute = createRoute({
  getParentRoute: () => root,
  path: '/a/$app/first',
  beforeLoad: async (entering) => void (await enter(entering)),
  component: lazyRouteComponent(() => import('../features/first-minute/first-minute-page.tsx'), 'FirstMinutePage'),
})

const home = createRoute({
  getParentRoute: () => application,
  path: '/',
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import('../features/home/home-page.tsx'), 'HomePage'),
})

const listeners = createRoute({
  getParentRoute: () => application,
  path: 'listeners',
  validateSearch: listenersSearch,
  component: lazyRouteComponent(() => import('../features/listeners/listeners-page.tsx'), 'ListenersPage'),
})

const newListener = createRoute({
  getParentRoute: () => application,
  path: 'listeners/new',
  validateSearch: newListenerSearch,
  component: lazyRouteComponent(() => import('../features/listeners/new-listener-page.tsx'), 'NewListenerPage'),
})

const listener = createRoute({
  getParentRoute: () => application,
  path: 'listeners/$listener',
  validateSearch: listenerSearch,
  component: lazyRouteComponent(() => import('../features/listeners/listener-page.tsx'), 'ListenerPage'),
})

const requests = createRoute({
  getParentRoute: () => application,
  path: 'requests',
  validateSearch: requestsSearch,
  component: lazyRouteComponent(() => import('../features/requests/requests-page.tsx'), 'RequestsPage'),
})

const request = createRoute({
  getParentRoute: () => application,
  path: 'requests/$request',
  validateSearch: requestSearch,
  component: lazyRouteComponent(() => import('../features/requests/request-page.tsx'), 'RequestPage'),
})

const flows = createRoute({
  getParentRoute: () => application,
  path: 'flows',
  validateSearch: flowsSearch,
  component: lazyRouteComponent(() => import('../features/flows/flows-page.tsx'), 'FlowsPage'),
})

const flow = createRoute({
  getParentRoute: () => application,
  path: 'flows/$flow',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('../features/flows/flow-page.tsx'), 'FlowPage'),
})

const mapping = createRoute({
  getParentRoute: () => application,
  path: 'flows/$flow/map/$step',
  validateSearch: mappingSearch,
  component: lazyRouteComponent(() => import('../features/flows/map/mapping-page.tsx'), 'MappingPage'),
})

const flowVersions = createRoute({
  getParentRoute: () => application,
  path: 'flows/$flow/versions',
  validateSearch: flowVersionsSearch,
  component: lazyRouteComponent(() => import('../features/flows/flow-versions-page.tsx'), 'FlowVersionsPage'),
})

const templates = createRoute({
  getParentRoute: () => application,
  path: 'templates',
  validateSearch: templatesSearch,
  component: lazyRouteComponent(() => import('../features/templates/templates-page.tsx'), 'TemplatesPage'),
})

const runs = createRoute({
  getParentRoute: () => application,
  path: 'runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('../features/runs/runs-page.tsx'), 'RunsPage'),
})

const run = createRoute({
  getParentRoute: () => application,
  path: 'runs/$run',
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import('../features/runs/run-page.tsx'), 'RunPage'),
})

const silo = createRoute({
  getParentRoute: () => application,
  path: 'silo',
  validateSearch: siloSearch,
  component: lazyRouteComponent(() => import('../features/silo/silo-page.tsx'), 'SiloPage'),
})

const entry = createRoute({
  getParentRoute: () => application,
  path: 'silo/$entry',
  validateSearch: entrySearch,
  component: lazyRouteComponent(() => import('../features/silo/entry-page.tsx'), 'EntryPage'),
})

const messages = createRoute({
  getParentRoute: () => application,
  path: 'messages',
  validateSearch: messagesSearch,
  component: lazyRouteComponent(() => import('../features/messages/messages-page.tsx'), 'MessagesPage'),
})

const message = createRoute({
  getParentRoute: () => application,
  path: 'messages/$message',
  component: lazyRouteComponent(() => import('../features/messages/message-page.tsx'), 'MessagePage'),
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

const replays = createRoute({
  getParentRoute: () => application,
  path: 'replays',
  component: lazyRouteComponent(() => import('../features/deliveries/replays-page.tsx'), 'ReplaysPage'),
})

const replay = createRoute({
  getParentRoute: () => application,
  path: 'replays/$replay',
  component: lazyRouteComponent(() => import('../features/deliveries/replay-page.tsx'), 'ReplayPage'),
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

const eventTypes = createRoute({
  getParentRoute: () => application,
  path: 'settings/event-types',
  validateSearch: eventTypesSearch,
  component: lazyRouteComponent(() => import('../features/catalogue/catalogue-page.tsx'), 'CataloguePage'),
})

const secrets = createRoute({
  getParentRoute: () => application,
  path: 'settings/secrets',
  validateSearch: secretsSearch,
  component: lazyRouteComponent(() => import('../features/secrets/secrets-page.tsx'), 'SecretsPage'),
})

const connections = createRoute({
  getParentRoute: () => application,
  path: 'settings/connections',
  validateSearch: connectionsSearch,
  component: lazyRouteComponent(() => import('../features/connections/connections-page.tsx'), 'ConnectionsPage'),
})

/** Where they stood before. */
const formerConnections = createRoute({
  getParentRoute: () => application,
  path: 'connections',
  beforeLoad: ({ params }) => void redirect({ to: '/a/$app/settings/connections', params, throw: true }),
})

const applicationSettings = createRoute({
  getParentRoute: () => application,
  path: 'settings/application',
  component: lazyRouteComponent(() => import('../features/application/application-page.tsx'), 'ApplicationPage'),
})

/** What belongs to all applications has the same frame. */
const organisation = createRoute({
  getParentRoute: () => root,
  path: '/org',
  beforeLoad: async (entering) => void (await enter(entering)),
  component: OrganisationShell,
})

const applications = createRoute({
  getParentRoute: () => organisation,
  path: 'applications',
  validateSearch: organisationSearch,
  component: lazyRouteComponent(() => import('../features/organisation/applications-page.tsx'), 'ApplicationsPage'),
})

const keys = createRoute({
  getParentRoute: () => organisation,
  path: 'keys',
  validateSearch: organisationSearch,
  component: lazyRouteComponent(() => import('../features/organisation/keys-page.tsx'), 'KeysPage'),
})

const members = createRoute({
  getParentRoute: () => organisation,
  path: 'members',
  validateSearch: organisationSearch,
  component: lazyRouteComponent(() => import('../features/organisation/members-page.tsx'), 'MembersPage'),
})

const plans = createRoute({
  getParentRoute: () => organisation,
  path: 'plans',
  validateSearch: organisationSearch,
  component: lazyRouteComponent(() => import('../features/organisation/plans-page.tsx'), 'PlansPage'),
})

const portal = createRoute({
  getParentRoute: () => organisation,
  path: 'portal',
  component: lazyRouteComponent(() => import('../features/organisation/portal-page.tsx'), 'PortalPage'),
})

const install = createRoute({
  getParentRoute: () => organisation,
  path: 'install',
  validateSearch: organisationSearch,
  component: lazyRouteComponent(() => import('../features/organisation/install-page.tsx'), 'InstallPage'),
})

const audit = createRoute({
  getParentRoute: () => organisation,
  path: 'audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../features/organisation/audit-page.tsx'), 'AuditPage'),
})

const routeTree = root.addChildren([
  start,
  signIn,
  signInReturn,
  welcome,
  firstMinute,
  jump,
  application.addChildren([
    home,
    listeners,
    newListener,
    listener,
    requests,
    request,
    flows,
    flow,
    mapping,
    flowVersions,
    templates,
    runs,
    run,
    silo,
    entry,
    messages,
    message,
    deliveries,
    delivery,
    replays,
    replay,
    webhooks,
    endpoint,
    eventTypes,
    secrets,
    connections,
    formerConnections,
    applicationSettings,
  ]),
  organisation.addChildren([applications, keys, members, plans, portal, audit, install]),
])

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    // Hovering a link long enough fetches its page.
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
