import type { ReactNode } from 'react'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { share } from '../../lib/amounts.ts'
import { hostText } from '../../lib/host-text.ts'
import { useRows } from '../../lib/keyset.ts'
import { type EndpointLately, endpointsLately } from '../../lib/queries/lately.ts'
import { listOf } from '../../lib/search.ts'
import { surface } from '../../lib/surface.ts'
import { without } from '../../lib/without.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { FilterChip, SearchBox } from '../../ui/filters.tsx'
import { LatelyBars, LatelyNewest, OfRow } from '../../ui/charts/lately.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { ListBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark, statusOf } from '../../ui/status.tsx'
import { AddEndpoint } from './add-endpoint.tsx'
import type { Endpoint } from './queries.ts'

const states = ['active', 'paused', 'disabled'] as const

/** Settings > Webhooks: which endpoints there are, and whether they are well. */
export function WebhooksPage() {
  const { app } = useParams({ from: '/a/$app/settings/webhooks' })
  const search = useSearch({ from: '/a/$app/settings/webhooks' })
  const navigate = useNavigate({ from: '/a/$app/settings/webhooks' })
  const chosenStates = states.filter((state) => listOf(search.state).includes(state))
  const filter = { limit: 100, ...(search.q !== undefined && { text: search.q }), ...(chosenStates.length > 0 && { state: chosenStates }) }
  const load = (iterator: string | undefined) => api.endpoint.list(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['endpoint-list', app, filter], load, { live: { topic: 'endpoint' } })
  const filtered = search.q !== undefined || chosenStates.length > 0
  const add = (
    <Button kind="primary" onClick={() => void navigate({ search: { ...search, add: 'endpoint' } })}>
      <Plus aria-hidden />
      Add Endpoint
    </Button>
  )
  return (
    <>
      <PageHead
        title="Webhooks"
        crumbs={surface.isPortal ? [] : [{ label: 'Settings', link: { to: '/a/$app/settings/application', params: { app } } }]}
        facts="Endpoints that receive your events as they happen."
        actions={add}
      >
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox
            value={search.q ?? ''}
            placeholder="Description or URL"
            onChange={(q) => void navigate({ search: (before) => (q === '' ? without(before, 'q') : { ...before, q }), replace: true })}
          />
          <FilterChip
            label="State"
            options={states.map((value) => ({ value, label: statusOf(value).word }))}
            values={chosenStates}
            onChange={(values) =>
              void navigate({
                search: (before) => (values.length === 0 ? without(before, 'state') : { ...before, state: values.join(',') }),
                replace: true,
              })
            }
          />
        </div>
      </PageHead>
      <ListBody>
        <LogList
          label="Endpoints"
          noun="endpoint"
          list={list}
          tall
          columns={columnsOf(app)}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/settings/webhooks/$endpoint', params: { app, endpoint: id } })}
          rowLabel={({ description, url, state }) => `${description || hostText(url)}, ${state}`}
          {...(filtered && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
          empty={
            <EmptyState
              title="No endpoints yet."
              action={add}
              command={`posthorn endpoint create --app ${app} --data '{ "url": "https://example.com/webhooks" }'`}
            >
              An endpoint is a URL of a receiver and the events that it wants. Each webhook is signed, tried again until it is answered with
              2xx, and kept with every attempt.
            </EmptyState>
          }
        />
      </ListBody>
      {search.add !== undefined && (
        <May>
          <AddEndpoint app={app} onClose={() => void navigate({ search: (before) => without(before, 'add') })} />
        </May>
      )}
    </>
  )
}

function columnsOf(app: string): readonly Column<Endpoint>[] {
  const lately =
    (show: (what: EndpointLately | undefined) => ReactNode) =>
    ({ id }: Endpoint) => (
      <OfRow source={endpointsLately} {...{ app, id }}>
        {show}
      </OfRow>
    )
  return [
    {
      name: 'endpoint',
      head: 'Endpoint',
      cell: ({ uid, description, url }) => (
        <span className="flex min-w-0 flex-col">
          <span className="clip font-medium">{description || hostText(url)}</span>
          <span className="clip font-mono text-xs text-text-2">
            {/* A name of the owner's own system, which says nothing to a customer. */}
            {uid !== null && !surface.isPortal && <span className="text-text-3">{uid} · </span>}
            {url}
          </span>
        </span>
      ),
    },
    { name: 'state', head: 'State', width: '104px', cell: ({ state }) => <StatusMark status={state} /> },
    { name: 'events', head: 'Events', width: '210px', gives: 'narrow', cell: ({ eventTypes }) => <EventChips names={eventTypes} /> },
    {
      name: 'lately',
      head: 'Last 7 days',
      width: '128px',
      gives: 'narrow',
      cell: lately((one) => <LatelyBars lately={one} nouns="deliveries" />),
    },
    {
      name: 'share',
      head: 'Delivered',
      width: '92px',
      align: 'right',
      cell: lately((one) => <DeliveredShare lately={one} />),
    },
    {
      name: 'last',
      head: 'Last',
      width: '112px',
      align: 'right',
      gives: 'narrow',
      cell: lately((one) => <LatelyNewest lately={one} />),
    },
  ]
}

const CHIPS_MAX = 1

function EventChips({ names }: { readonly names: readonly string[] | null | undefined }) {
  if (names == null) return <span className="text-text-2">All events</span>
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={names.join(', ')}>
      {names.slice(0, CHIPS_MAX).map((name) => (
        <span key={name} className="clip rounded-full bg-idle-tint px-2 py-0.5 font-mono text-xs">
          {name}
        </span>
      ))}
      {names.length > CHIPS_MAX && <span className="shrink-0 text-xs text-text-3">+{names.length - CHIPS_MAX}</span>}
    </span>
  )
}

/** Below it a receiver is in trouble. */
const WELL_SHARE = 0.95

function DeliveredShare({ lately }: { readonly lately: EndpointLately | undefined }) {
  const { delivered = 0, failed = 0 } = lately ?? {}
  const ended = delivered + failed
  if (ended === 0) return <span className="text-text-3">none yet</span>
  return <span className={delivered < ended * WELL_SHARE ? 'font-medium text-fail-text' : ''}>{share(delivered, ended)}</span>
}
