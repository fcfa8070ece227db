import { useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { chosen, joined, listOf } from '../../lib/search.ts'
import { LinkButton } from '../../ui/button.tsx'
import { AnyTime, FilterChip, GivenChip, TimeRangeChip, TookChip } from '../../ui/filters.tsx'
import { May } from '../../ui/may.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { EmptyState } from '../../ui/states.tsx'
import { statusOf } from '../../ui/status.tsx'
import { Inspector } from '../requests/inspector.tsx'
import { replayFilter, requestFilter } from '../requests/queries.ts'
import { ReplayRequests } from '../requests/replay-requests.tsx'
import { RequestList } from '../requests/request-list.tsx'
import { SelectedRequests } from '../requests/selected-requests.tsx'
import type { Listener } from './queries.ts'
import type { ListenerSearch } from './search.ts'

const statuses = ['accepted', 'duplicate', 'rejected'] as const

/** The requests of a listener at the left, the one that is looked at beside them. */
export function ListenerRequests({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const search = useSearch({ from: '/a/$app/listeners/$listener' })
  const navigate = useNavigate({ from: '/a/$app/listeners/$listener' })
  const filter = requestFilter(search)
  const load = (iterator: string | undefined) => api.request.list(app, listener.id, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['requests', app, listener.id, filter], load, {
    live: { topic: 'request', isOf: (row) => row.listenerId === listener.id },
  })
  const set = (change: { readonly [Name in keyof ListenerSearch]: ListenerSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  const { status, type, method, took, range, after, before } = search
  const selection = useSelection(['requests', app, listener.id, { status, type, method, took, range, after, before }])
  const names = new Map([[listener.id, listener.name]])
  const mayChange = useMay('change')
  const open = search.open ?? list.rows[0]?.id
  const filtered = search.status !== undefined || search.type !== undefined || search.method !== undefined || search.took !== undefined
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-0 w-full flex-col border-r border-line bg-surface desk:w-[21rem] desk:shrink-0">
        <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
          <FilterChip
            label="Status"
            options={statuses.map((value) => ({ value, label: statusOf(value).word }))}
            values={listOf(search.status)}
            onChange={(values) => set({ status: joined(values.slice(-1)) })}
          />
          <GivenChip label="Event type" value={search.type} onRemove={() => set({ type: undefined })} />
          <GivenChip label="Method" value={search.method} onRemove={() => set({ method: undefined })} />
          <TookChip value={search.took} onChange={(took) => set({ took })} />
          <TimeRangeChip search={search} onChange={set} />
          <May>
            <ReplayRequests
              app={app}
              filter={replayFilter({ ...search, listener: listener.id })}
              status={search.status}
              names={names}
              small
            />
          </May>
        </div>
        <RequestList
          list={list}
          open={open}
          selection={mayChange ? selection : undefined}
          linkTo={(id) => ({ to: '/a/$app/listeners/$listener', params: { app, listener: listener.id }, search: { ...search, open: id } })}
          onClear={filtered ? () => set({ status: undefined, type: undefined, method: undefined, took: undefined }) : undefined}
          empty={
            <EmptyState
              title="Waiting for the first request."
              also={
                <>
                  <LinkButton to="/a/$app/listeners/$listener" params={{ app, listener: listener.id }} search={{ tab: 'use' }}>
                    Use it
                  </LinkButton>
                  <AnyTime search={search} onChange={set} />
                </>
              }
            >
              Send one to the Public URL; it appears here by itself. Under Use it stands a curl for it.
            </EmptyState>
          }
        />
        <SelectedRequests app={app} selection={selection} names={names} />
      </div>
      <div className={`min-h-0 min-w-0 flex-1 flex-col ${search.open === undefined ? 'hidden desk:flex' : 'flex'}`}>
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
  )
}
