import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Box, GitBranch, type LucideIcon, Plus, Webhook } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { listenersLately } from '../../lib/queries/lately.ts'
import { joined, listOf } from '../../lib/search.ts'
import { LinkButton } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { FilterChip, SearchBox } from '../../ui/filters.tsx'
import { latelyColumns } from '../../ui/charts/lately.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { ListBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { AuthMark } from './auth-mark.tsx'
import { authKinds, type Listener, listenerFilter, systemWords } from './queries.ts'
import { systemsQuery } from './systems-query.ts'
import type { ListenersSearch } from './search.ts'

/** Which URLs there are, who uses them, and how they prove it. */
export function ListenersPage() {
  const { app } = useParams({ from: '/a/$app/listeners' })
  const search = useSearch({ from: '/a/$app/listeners' })
  const navigate = useNavigate({ from: '/a/$app/listeners' })
  const filter = listenerFilter(search)
  const load = (iterator: string | undefined) => api.listener.list(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['listeners', app, filter], load, { everyMs: 10_000 })
  const systems = useQuery(systemsQuery).data ?? []
  const filtered = search.q !== undefined || search.system !== undefined || search.auth !== undefined
  const [first] = list.rows
  const base = first?.publicUrl.slice(0, -first.suffix.length)
  const set = (change: { readonly [Name in keyof ListenersSearch]: ListenersSearch[Name] | undefined }): void => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined))
    void navigate({ search: next, replace: true })
  }
  const add = (
    <LinkButton kind="primary" to="/a/$app/listeners/new" params={{ app }}>
      <Plus aria-hidden />
      Add Listener
    </LinkButton>
  )
  return (
    <>
      <PageHead
        title="Listeners"
        facts={
          base === undefined ? (
            'Public URLs at which webhooks arrive.'
          ) : (
            <>
              Public URLs under <code className="font-mono break-all">{base}</code> at which webhooks arrive.
            </>
          )
        }
        actions={add}
      >
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox value={search.q ?? ''} placeholder="Name, URL or system" onChange={(q) => set({ q: q === '' ? undefined : q })} />
          <FilterChip
            label="System"
            options={systems.map(({ name: value, title: label }) => ({ value, label }))}
            values={listOf(search.system)}
            onChange={(values) => set({ system: joined(values) })}
          />
          <FilterChip
            label="Authentication"
            options={authKinds.map(([value, label]) => ({ value, label }))}
            values={listOf(search.auth)}
            onChange={(values) => set({ auth: joined(values) })}
          />
        </div>
      </PageHead>
      <ListBody>
        <LogList
          label="Listeners"
          noun="listener"
          list={list}
          tall
          columns={columnsOf(app)}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/listeners/$listener', params: { app, listener: id } })}
          rowLabel={({ name, system }) => `${name}, ${systemWords(system)}`}
          {...(filtered && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
          empty={
            <EmptyState
              title="No listeners yet."
              action={add}
              command={`posthorn listener create --app ${app} --data '{ "name": "Orders in", "suffix": "/orders", "auth": { "kind": "none" } }'`}
            >
              A listener is a URL that takes webhooks and proves who sent them.
            </EmptyState>
          }
        />
      </ListBody>
    </>
  )
}

const columnsOf = (app: string): readonly Column<Listener>[] => [
  {
    name: 'name',
    head: 'Webhook Name',
    cell: ({ name, system, enabled }) => (
      <span className="flex min-w-0 items-center gap-3">
        <SystemIcon system={system} />
        <span className="flex min-w-0 flex-col">
          <span className="flex min-w-0 items-center gap-2">
            <span className="clip font-medium">{name}</span>
            {!enabled && <StatusMark status="disabled" />}
          </span>
          <span className="clip text-xs text-text-2">{systemWords(system)}</span>
        </span>
      </span>
    ),
  },
  {
    name: 'url',
    head: 'Public URL',
    cell: ({ publicUrl, suffix }) => (
      <span className="flex min-w-0 items-center gap-1">
        <code className="clip font-mono" title={publicUrl}>
          <span className="text-text-3">…</span>
          {suffix}
        </code>
        <InRow>
          <CopyIcon text={publicUrl} label={`Copy ${publicUrl}`} />
        </InRow>
      </span>
    ),
  },
  {
    name: 'methods',
    head: 'HTTP Method',
    width: '112px',
    gives: 'first',
    cell: ({ methods }) => <span className="font-mono text-xs text-text-2">{methods.join(', ')}</span>,
  },
  {
    name: 'auth',
    head: 'Authentication',
    width: '150px',
    cell: (listener) => <AuthMark listener={listener} />,
  },
  ...latelyColumns<Listener>(listenersLately, app, { all: 'Requests', bad: 'Rejected' }),
]

const icons: Readonly<Record<string, LucideIcon>> = { github: GitBranch, gitlab: GitBranch, 'standard-webhooks': Webhook, svix: Webhook }

function SystemIcon({ system }: { readonly system: string }) {
  const Icon = icons[system] ?? Box
  return (
    <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md border border-line bg-sunken text-text-2">
      <Icon className="size-4" />
    </span>
  )
}
