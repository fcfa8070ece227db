import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { useNames } from '../../lib/queries/names.ts'
import { chosen, joined, listOf, oneOf } from '../../lib/search.ts'
import { LinkButton } from '../../ui/button.tsx'
import { AnyTime, FilterChip, GivenChip, SearchBox, TimeRangeChip, TookChip } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { statusOf } from '../../ui/status.tsx'
import { FindChip } from '../../ui/find/find-chip.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { SavedViews } from '../../ui/views/saved-views.tsx'
import { Inspector } from './inspector.tsx'
import { replayFilter, requestsFilter } from './queries.ts'
import { ReplayRequests } from './replay-requests.tsx'
import { RequestList } from './request-list.tsx'
import { SelectedRequests } from './selected-requests.tsx'
import { answerClasses, type RequestsSearch, requestsSearch } from './search.ts'

const statuses = ['accepted', 'duplicate', 'rejected'] as const
const answerWords: Readonly<Record<string, string>> = { 0: 'None yet', 200: '2xx', 300: '3xx', 400: '4xx', 500: '5xx' }
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** In the address, and no filter that could hide everything. */
const notFilters = new Set(['open', 'view', 'part', 'range'])

/** What arrived over all listeners, was it genuine, what did it start. */
export function RequestsPage() {
  const { app } = useParams({ from: '/a/$app/requests' })
  const search = useSearch({ from: '/a/$app/requests' })
  const navigate = useNavigate({ from: '/a/$app/requests' })
  const filter = requestsFilter(search)
  const load = (iterator: string | undefined) => api.request.search(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['requests', app, filter], load, { live: { topic: 'request' } })
  const names = useNames(app, 'listener', [search.listener, ...list.rows.map(({ listenerId }) => listenerId)])
  const set = (change: { readonly [Name in keyof RequestsSearch]: RequestsSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  const { open: _, view: _view, part: _part, ...filters } = search
  const selection = useSelection(['requests', app, filters])
  const mayChange = useMay('change')
  const open = search.open ?? list.rows[0]?.id
  const filtered = Object.keys(search).some((name) => !notFilters.has(name))
  return (
    <>
      <PageHead
        title="Requests"
        line
        actions={
          <>
            <LinkButton to="/a/$app/replays" params={{ app }}>
              Replays
            </LinkButton>
            <ReplayRequests app={app} filter={replayFilter(search)} status={search.status} names={names} />
          </>
        }
      >
        <RequestsFilters app={app} search={search} onChange={set}>
          <SavedViews
            app={app}
            list="requests"
            search={search}
            onChoose={(filters) => void navigate({ search: requestsSearch(filters) })}
          />
        </RequestsFilters>
      </PageHead>
      <div className="flex min-h-0 flex-1">
        <div
          className={`min-h-0 w-full flex-col border-r border-line bg-surface desk:flex desk:w-[21rem] desk:shrink-0 ${search.open === undefined ? 'flex' : 'hidden'}`}
        >
          <RequestList
            list={list}
            open={open}
            names={names}
            selection={mayChange ? selection : undefined}
            linkTo={(id) => ({ to: '/a/$app/requests', params: { app }, search: { ...search, open: id } })}
            onClear={
              filtered
                ? () =>
                    void navigate({
                      search: Object.fromEntries(Object.entries(search).filter(([name]) => notFilters.has(name))),
                      replace: true,
                    })
                : undefined
            }
            empty={
              <EmptyState
                title="No request in this time."
                action={
                  <LinkButton to="/a/$app/first" params={{ app }}>
                    Send a first request
                  </LinkButton>
                }
                also={<AnyTime search={search} onChange={set} />}
              >
                A request is what somebody sends to a listener. It appears here by itself, genuine or refused.
              </EmptyState>
            }
          />
          <SelectedRequests app={app} selection={selection} names={names} />
        </div>
        <div className={`min-h-0 min-w-0 flex-1 flex-col ${search.open === undefined ? 'hidden desk:flex' : 'flex'}`}>
          {search.open !== undefined && (
            <button
              type="button"
              className="min-h-target px-gutter pt-3 text-left font-medium text-accent-text hover:underline desk:hidden"
              onClick={() => set({ open: undefined })}
            >
              All requests
            </button>
          )}
          {open !== undefined && (
            <Inspector
              key={open}
              app={app}
              id={open}
              part={search.part ?? 'body'}
              look={search.view ?? 'pretty'}
              onChange={set}
              onOpen={(id) => set({ open: id })}
            />
          )}
        </div>
      </div>
    </>
  )
}

interface FiltersProps {
  readonly app: string
  readonly search: RequestsSearch
  onChange(change: { readonly [Name in keyof RequestsSearch]: RequestsSearch[Name] | undefined }): void
  readonly children: ReactNode
}

/** One value each, as the API has them. */
function RequestsFilters({ app, search, onChange, children }: FiltersProps) {
  const last = (values: readonly string[]): string | undefined => joined(values.slice(-1))
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        placeholder="Id, key or text of the body"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <FilterChip
        label="Status"
        options={statuses.map((value) => ({ value, label: statusOf(value).word }))}
        values={listOf(search.status)}
        onChange={(values) => onChange({ status: last(values) })}
      />
      <FindChip app={app} noun="listener" label="Listener" value={search.listener} onChange={(listener) => onChange({ listener })} />
      <FilterChip
        label="Answer"
        options={answerClasses.map((value) => ({ value, label: answerWords[value] }))}
        values={listOf(search.class)}
        onChange={(values) => onChange({ class: oneOf(values.at(-1), answerClasses) })}
      />
      <FilterChip
        label="Method"
        options={methods.map((value) => ({ value, label: value }))}
        values={listOf(search.method)}
        onChange={(values) => onChange({ method: last(values) })}
      />
      <GivenChip label="Event type" value={search.type} onRemove={() => onChange({ type: undefined })} />
      <GivenChip label="Reason" value={search.reason?.replaceAll('_', ' ')} onRemove={() => onChange({ reason: undefined })} />
      <TookChip value={search.took} onChange={(took) => onChange({ took })} />
      <TimeRangeChip search={search} onChange={onChange} />
      {children}
    </div>
  )
}
