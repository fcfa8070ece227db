import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { share } from '../../lib/amounts.ts'
import { hostText } from '../../lib/host-text.ts'
import { useRows } from '../../lib/keyset.ts'
import { listOf } from '../../lib/search.ts'
import { surface } from '../../lib/surface.ts'
import { without } from '../../lib/without.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { FilterChip, SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark, statusOf } from '../../ui/status.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { AddEndpoint } from './add-endpoint.tsx'
import { type Endpoint, totalsOf, weekQuery } from './queries.ts'

const states = ['active', 'paused', 'disabled'] as const

/** Settings > Webhooks: which endpoints there are, and whether they are well. */
export function WebhooksPage() {
  const { app } = useParams({ from: '/a/$app/settings/webhooks' })
  const search = useSearch({ from: '/a/$app/settings/webhooks' })
  const navigate = useNavigate({ from: '/a/$app/settings/webhooks' })
  const list = useRows(['endpoint-list', app], (iterator) => api.endpoint.list(app, { limit: 100, ...(iterator && { iterator }) }), {
    live: { topic: 'endpoint' },
  })
  const wanted = (search.q ?? '').toLowerCase()
  const chosenStates = listOf(search.state)
  // Endpoints of an application are few; they are narrowed here, where nothing has to be asked for.
  const rows = list.rows.filter(
    ({ url, description, state }) =>
      `${description} ${url}`.toLowerCase().includes(wanted) && (chosenStates.length === 0 || chosenStates.includes(state)),
  )
  const filtered = wanted !== '' || chosenStates.length > 0
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
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Endpoints"
            noun="endpoint"
            list={{ ...list, rows }}
            scrolls={false}
            tall
            columns={columns(app)}
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
                An endpoint is a URL of a receiver and the events that it wants. Each webhook is signed, tried again until it is answered
                with 2xx, and kept with every attempt.
              </EmptyState>
            }
          />
        </div>
      </PageBody>
      {search.add !== undefined && (
        <May>
          <AddEndpoint app={app} onClose={() => void navigate({ search: (before) => without(before, 'add') })} />
        </May>
      )}
    </>
  )
}

function columns(app: string): readonly Column<Endpoint>[] {
  return [
    {
      name: 'endpoint',
      head: 'Endpoint',
      cell: ({ uid, description, url }) => (
        <span className="flex min-w-0 flex-col">
          <span className="clip font-medium">{description || hostText(url)}</span>
          <span className="clip font-mono text-xs text-text-2">
            {uid !== null && <span className="text-text-3">{uid} · </span>}
            {url}
          </span>
        </span>
      ),
    },
    { name: 'state', head: 'State', width: '130px', cell: ({ state }) => <StatusMark status={state} /> },
    { name: 'events', head: 'Events', width: '90px', gives: 'narrow', cell: ({ eventTypes }) => eventTypes?.length ?? 'all' },
    { name: 'share', head: 'Delivered, 7 d', width: '120px', align: 'right', cell: ({ id }) => <DeliveredShare app={app} endpoint={id} /> },
    {
      name: 'last',
      head: 'Changed',
      width: '120px',
      align: 'right',
      gives: 'narrow',
      cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    },
  ]
}

function DeliveredShare({ app, endpoint }: { readonly app: string; readonly endpoint: string }) {
  const { data } = useQuery(weekQuery(app, endpoint))
  if (data === undefined) return null
  const { delivered, failed } = totalsOf(data.buckets)
  return delivered + failed === 0 ? <span className="text-text-3">none yet</span> : share(delivered, delivered + failed)
}
