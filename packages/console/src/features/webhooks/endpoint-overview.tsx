import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, KeyRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { count, share } from '../../lib/amounts.ts'
import { hostText } from '../../lib/host-text.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { PlanCard } from '../../ui/plan/plan-use.tsx'
import { Sparkline } from '../../ui/charts/sparkline.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { EmptyState } from '../../ui/states.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { SelectedDeliveries } from '../deliveries/selected-deliveries.tsx'
import { endpointLogColumns } from './endpoint-log-columns.tsx'
import { type Endpoint, secretsQuery, totalsOf, weekQuery } from './queries.ts'
import { RotateSecret } from './rotate-secret.tsx'
import { May } from '../../ui/may.tsx'

/** Numbers, delivery logs, the signing secret, and which events it gets. */
export function EndpointOverview({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  return (
    <div className="grid gap-4 wide:grid-cols-[minmax(0,1fr)_20.5rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Numbers app={app} endpoint={endpoint} />
        <DeliveryLogs app={app} endpoint={endpoint} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <SigningSecret app={app} endpoint={endpoint} />
        <Events app={app} endpoint={endpoint} />
        <PlanCard app={app} />
      </div>
    </div>
  )
}

function Numbers({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const { data } = useQuery(weekQuery(app, endpoint.id))
  if (data === undefined) return <div className="h-[168px] rounded-lg border border-line bg-surface" />
  const { delivered, failed, deliveries } = totalsOf(data.buckets)
  const slowest = data.buckets.reduce((most, { deliveredInMsP95 }) => Math.max(most, deliveredInMsP95 ?? 0), 0)
  // By six hours: twenty-eight bars say more than a hundred and sixty-eight.
  const bars = Array.from({ length: 28 }, (_, at) => {
    const part = totalsOf(data.buckets.slice(at * 6, at * 6 + 6))
    return { good: part.delivered, bad: part.failed }
  })
  return (
    <section aria-label="Last seven days" className="rounded-lg border border-line bg-surface p-4">
      <dl className="grid grid-cols-2 gap-4 wide:grid-cols-4">
        <Number name="delivered, 7 days" value={delivered + failed === 0 ? '–' : share(delivered, delivered + failed)} />
        <Number name="p95 to success" value={slowest === 0 ? '–' : duration(slowest)} />
        <Number name="waiting for a try" value={count(data.now.waiting)} />
        <Number name="deliveries" value={count(deliveries)} />
      </dl>
      <div className="mt-4 overflow-hidden [&_svg]:w-full">
        <Sparkline bars={bars} width={760} height={52} label={`${count(delivered)} delivered and ${count(failed)} failed in seven days`} />
      </div>
    </section>
  )
}

function Number({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-text-2">{name}</dt>
      <dd className="num text-2xl leading-tight font-medium">{value}</dd>
    </div>
  )
}

function DeliveryLogs({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const [rotating, setRotating] = useState(false)
  const load = (iterator: string | undefined) =>
    api.delivery.list(app, { endpoint_id: endpoint.id, limit: 20, ...(iterator && { iterator }) })
  const list = useRows(['deliveries', app, 'of', endpoint.id], load, {
    live: { topic: 'delivery', isOf: (row) => row.endpointId === endpoint.id },
  })
  const selection = useSelection(['deliveries', app, 'of', endpoint.id])
  const mayChange = useMay('change')
  return (
    <Card
      flush
      title="Delivery logs"
      aside={
        <>
          <May>
            <Button size="sm" onClick={() => setRotating(true)}>
              <KeyRound aria-hidden />
              Rotate Secret
            </Button>
          </May>
          <Link
            to="/a/$app/deliveries"
            params={{ app }}
            search={{ endpoint: endpoint.id }}
            className="inline-flex h-control-sm items-center gap-1.5 px-2 font-medium text-text-2 hover:text-text"
          >
            All deliveries
            <ArrowRight aria-hidden className="size-3.5" />
          </Link>
        </>
      }
    >
      <LogList
        label="Delivery logs"
        noun="delivery"
        scrolls={false}
        // The whole log stands under Deliveries; here are the latest.
        list={{ ...list, more: undefined }}
        columns={endpointLogColumns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: '/a/$app/deliveries', params: { app }, search: { endpoint: endpoint.id, open: id } })}
        rowLabel={({ eventType, status }) => `${eventType}, ${status}`}
        selection={mayChange ? selection : undefined}
        empty={
          <EmptyState title="Nothing was sent here yet.">
            Send a test event, or wait for the first event that this endpoint wants.
          </EmptyState>
        }
      />
      {/* The page scrolls here, and not the list. */}
      <div className="sticky -bottom-6 z-20 overflow-hidden rounded-b-lg">
        <SelectedDeliveries app={app} selection={selection} hosts={new Map([[endpoint.id, hostText(endpoint.url)]])} />
      </div>
      {rotating && <RotateSecret app={app} endpoint={endpoint} onClose={() => setRotating(false)} />}
    </Card>
  )
}

function SigningSecret({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const { data } = useQuery(secretsQuery(app, endpoint.id))
  const [current, ...older] = data?.data ?? []
  const old = older.find(({ signing }) => signing)
  return (
    <Card title="Signing secret">
      {current !== undefined && (
        <div className="flex flex-col gap-3">
          <code className="font-mono">{endpoint.signing === 'hex' ? '' : 'whsec_'}••••••••••••••••</code>
          <Facts
            rows={[
              ['Made', <Time key="made" at={current.createdAt} />],
              ['Signed last', current.lastUsedAt === null ? 'not yet' : <RelativeTime key="last" at={current.lastUsedAt} />],
              ...(old === undefined || old.expiresAt === null
                ? []
                : ([
                    [
                      'Old secret',
                      <span key="old" className="text-wait-text">
                        signs until <Time at={old.expiresAt} />
                      </span>,
                    ],
                  ] as const)),
            ]}
          />
          <p className="text-xs text-text-3">It was shown once and cannot be read again. Rotate it to get a new one.</p>
        </div>
      )}
    </Card>
  )
}

function Events({ app, endpoint: { id, eventTypes } }: { readonly app: string; readonly endpoint: Endpoint }) {
  return (
    <Card
      title="Events"
      aside={
        <May>
          <Link
            to="/a/$app/settings/webhooks/$endpoint"
            params={{ app, endpoint: id }}
            search={{ tab: 'events' }}
            className="min-h-target font-medium text-accent-text hover:underline"
          >
            Edit
          </Link>
        </May>
      }
    >
      {eventTypes === null ? (
        <p className="text-text-2">All events, also ones to come.</p>
      ) : (
        <ul className="flex flex-wrap gap-2">
          {eventTypes.map((name) => (
            <li key={name} className="rounded-full bg-idle-tint px-2 py-0.5 font-mono text-xs">
              {name}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
