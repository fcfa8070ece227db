import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { chosen, joined, listOf } from '../../lib/search.ts'
import { duration } from '../../lib/time.ts'
import type { Column } from '../../ui/data-table.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { AnyTime, FilterChip, SearchBox, TimeRangeChip, TookChip } from '../../ui/filters.tsx'
import { FindChip } from '../../ui/find/find-chip.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark, statusOf } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { SavedViews } from '../../ui/views/saved-views.tsx'
import { type RunRow, runFilter } from './queries.ts'
import { SelectedRuns } from './selected-runs.tsx'
import { type RunsSearch, runsSearch } from './search.ts'

const statuses = ['queued', 'running', 'waiting', 'ok', 'ko', 'cancelled'] as const
const triggers = [
  { value: 'webhook', label: 'A request' },
  { value: 'job', label: 'A job' },
  { value: 'event', label: 'An event' },
  { value: 'schedule', label: 'A schedule' },
] as const

/** Which flow ran, how it ended, and why. */
export function RunsPage() {
  const { app } = useParams({ from: '/a/$app/runs' })
  const search = useSearch({ from: '/a/$app/runs' })
  const navigate = useNavigate({ from: '/a/$app/runs' })
  const filter = runFilter(search)
  const load = (iterator: string | undefined) => api.run.list(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['runs', app, filter], load, { live: { topic: 'run' } })
  const set = (change: { readonly [Name in keyof RunsSearch]: RunsSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  const selection = useSelection(['runs', app, search])
  const mayChange = useMay('change')
  const filtered = ['flow', 'status', 'trigger', 'key', 'took'].some((name) => name in search)
  return (
    <>
      <PageHead title="Runs" line>
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox value={search.key ?? ''} placeholder="Key of the run" onChange={(key) => set({ key: key === '' ? undefined : key })} />
          <FindChip app={app} noun="flow" label="Flow" value={search.flow} onChange={(flow) => set({ flow })} />
          <FilterChip
            label="Status"
            options={statuses.map((value) => ({ value, label: statusOf(value).word }))}
            values={listOf(search.status)}
            onChange={(values) => set({ status: joined(values.slice(-1)) })}
          />
          <FilterChip
            label="Trigger"
            options={triggers}
            values={listOf(search.trigger)}
            onChange={(values) => set({ trigger: values.at(-1) })}
          />
          <TookChip value={search.took} onChange={(took) => set({ took })} />
          <TimeRangeChip search={search} onChange={set} />
          <SavedViews app={app} list="runs" search={search} onChoose={(filters) => void navigate({ search: runsSearch(filters) })} />
        </div>
      </PageHead>
      <LogList
        label="Runs"
        noun="run"
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: '/a/$app/runs/$run', params: { app, run: id } })}
        selection={mayChange ? selection : undefined}
        rowLabel={({ flowName, status }) => `${flowName ?? 'a deleted flow'}, ${statusOf(status).word}`}
        {...(filtered && {
          onClearFilters: () => set({ flow: undefined, status: undefined, trigger: undefined, key: undefined, took: undefined }),
        })}
        empty={
          <EmptyState
            title="No flow ran in this time."
            also={
              <>
                <LinkButton to="/a/$app/flows" params={{ app }}>
                  See flows
                </LinkButton>
                <AnyTime search={search} onChange={set} />
              </>
            }
            command={`posthorn run create --app ${app} --data '{ "flow": "orders-to-erp" }'`}
          >
            A run is one execution of a published flow. A request, an event or a job starts it; each step is kept with what went in and what
            came out.
          </EmptyState>
        }
      />
      <SelectedRuns app={app} selection={selection} />
    </>
  )
}

const columns: readonly Column<RunRow>[] = [
  { name: 'status', head: 'Status', width: '116px', cell: ({ status }) => <StatusMark status={status} /> },
  {
    name: 'flow',
    head: 'Flow',
    cell: ({ flowName, version }) => (
      <>
        <span className="font-medium">{flowName ?? 'Deleted flow'}</span> <span className="text-text-3">v{version}</span>
      </>
    ),
  },
  {
    name: 'trigger',
    head: 'Trigger',
    width: '110px',
    gives: 'narrow',
    cell: ({ trigger }) => triggers.find(({ value }) => value === trigger)?.label ?? trigger,
  },
  { name: 'key', head: 'Key', gives: 'narrow', cell: ({ key }) => <span className="font-mono text-text-2">{key}</span> },
  {
    name: 'fault',
    head: 'Fault',
    width: '180px',
    cell: ({ errorCode }) =>
      errorCode === null ? <span className="text-text-3">none</span> : <span className="font-mono text-fail-text">{errorCode}</span>,
  },
  {
    name: 'took',
    head: 'Took',
    width: '100px',
    align: 'right',
    cell: ({ durationMs }) => (durationMs === null ? '' : duration(durationMs)),
  },
  {
    name: 'started',
    head: 'Started',
    width: '120px',
    align: 'right',
    phone: 'first right',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]
