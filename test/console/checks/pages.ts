import { isLong } from './visit.ts'

const a = '/a/lindqvist'

/** The pages of the console by their path, and what their heading says once they are there. */
export const pages: readonly (readonly [path: string, heading: string])[] = [
  [a, 'Home'],
  [`${a}/first`, 'Send it a request'],
  [`${a}/listeners`, 'Listeners'],
  [`${a}/listeners/new`, 'Add Listener'],
  [`${a}/listeners/orders`, 'Orders in'],
  [`${a}/listeners/orders?tab=structure`, 'Orders in'],
  [`${a}/listeners/orders?tab=authentication`, 'Orders in'],
  [`${a}/listeners/orders?tab=reply`, 'Orders in'],
  [`${a}/listeners/orders?tab=limits`, 'Orders in'],
  [`${a}/listeners/orders?tab=use`, 'Orders in'],
  [`${a}/requests`, 'Requests'],
  [`${a}/flows`, 'Flows'],
  [`${a}/flows/orders-to-erp`, 'Orders to ERP'],
  [`${a}/flows/orders-to-erp?view=list&step=announce`, 'Orders to ERP'],
  [`${a}/flows/orders-to-erp?view=code`, 'Orders to ERP'],
  [`${a}/flows/orders-to-erp?panel=trigger`, 'Orders to ERP'],
  [`${a}/flows/orders-to-erp/map/reply`, 'reply'],
  [`${a}/flows/orders-to-erp/versions`, 'Versions'],
  [`${a}/templates`, 'New flow from a template'],
  [`${a}/templates?template=payment-completed`, 'Stripe payment to order and confirmation'],
  [`${a}/runs`, 'Runs'],
  [`${a}/silo`, 'Silo'],
  [`${a}/messages`, 'Messages'],
  [`${a}/deliveries`, 'Deliveries'],
  [`${a}/replays`, 'Replays'],
  [`${a}/settings/webhooks`, 'Webhooks'],
  [`${a}/settings/webhooks?add=endpoint`, 'Webhooks'],
  [`${a}/settings/webhooks/books`, 'Tallybooks accounting'],
  [`${a}/settings/webhooks/books?tab=settings`, 'Tallybooks accounting'],
  [`${a}/settings/event-types`, 'Event types'],
  [`${a}/settings/secrets`, 'Secrets'],
  [`${a}/settings/connections`, 'Connections'],
  [`${a}/settings/application`, 'Application'],
  ['/org/applications', 'Applications'],
  ['/org/keys', 'API keys'],
  ['/org/members', 'Members'],
  ['/org/plans', 'Plans'],
  ['/org/portal', 'Portal'],
  ['/org/audit', 'Audit log'],
  ['/org/install', 'Install'],
]

/** Lists in an application that has nothing yet: some in `npm test`, all in the long form. */
export const emptyPages = (
  [
    ['/a/bare', 'Home'],
    ['/a/bare/deliveries', 'Deliveries'],
    ['/a/bare/first', 'Send it a request'],
    ['/a/bare/listeners', 'Listeners'],
    ['/a/bare/requests', 'Requests'],
    ['/a/bare/flows', 'Flows'],
    ['/a/bare/runs', 'Runs'],
    ['/a/bare/silo', 'Silo'],
    ['/a/bare/messages', 'Messages'],
    ['/a/bare/replays', 'Replays'],
    ['/a/bare/settings/webhooks', 'Webhooks'],
    ['/a/bare/settings/secrets', 'Secrets'],
    ['/a/bare/settings/connections', 'Connections'],
    ['/a/lindqvist/deliveries?q=nothing-has-this', 'Deliveries'],
    ['/a/lindqvist/requests?q=nothing-has-this', 'Requests'],
  ] as const
).slice(0, isLong ? undefined : 2)
