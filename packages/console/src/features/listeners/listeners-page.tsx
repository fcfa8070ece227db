import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { joined, listOf } from '../../lib/search.ts'
import { LinkButton } from '../../ui/button.tsx'
import { FilterChip, SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { listenerColumns } from './listener-columns.tsx'
import { authWords, type Listener, systemWords } from './queries.ts'
import type { ListenersSearch } from './search.ts'

/** Which URLs there are, who uses them, and how they prove it. */
export function ListenersPage() {
  const { app } = useParams({ from: '/a/$app/listeners' })
  const search = useSearch({ from: '/a/$app/listeners' })
  const navigate = useNavigate({ from: '/a/$app/listeners' })
  const list = useRows(['listeners', app], (iterator) => api.listener.list(app, { limit: 100, ...(iterator && { iterator }) }), {
    everyMs: 10_000,
  })
  const arrived = useQuery({
    queryKey: ['request stats', app, 'listener'],
    queryFn: async () => {
      const { groups } = await api.application.getRequestStats(app, { group_by: 'listener' })
      return new Map((groups ?? []).flatMap((group) => (group.key === null ? [] : [[group.key, group] as const])))
    },
    refetchInterval: 10_000,
  }).data
  const rows = list.rows.filter((listener) => matches(listener, search))
  const filtered = search.q !== undefined || search.system !== undefined || search.auth !== undefined
  const host = URL.parse(list.rows[0]?.publicUrl ?? '')?.origin
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
          host === undefined ? (
            'Public URLs at which webhooks arrive.'
          ) : (
            <>
              Public URLs under <code className="font-mono">{host}</code> at which webhooks arrive.
            </>
          )
        }
        actions={add}
      >
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox value={search.q ?? ''} placeholder="Name, URL or system" onChange={(q) => set({ q: q === '' ? undefined : q })} />
          <FilterChip
            label="System"
            options={[...new Set(list.rows.map(({ system }) => system))].map((value) => ({ value, label: systemWords(value) }))}
            values={listOf(search.system)}
            onChange={(values) => set({ system: joined(values) })}
          />
          <FilterChip
            label="Authentication"
            options={[...new Map(list.rows.map((listener) => [listener.auth.kind, authWords(listener)]))].map(([value, label]) => ({
              value,
              label,
            }))}
            values={listOf(search.auth)}
            onChange={(values) => set({ auth: joined(values) })}
          />
        </div>
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Listeners"
            noun="listener"
            list={{ ...list, rows }}
            scrolls={false}
            tall
            columns={listenerColumns(arrived)}
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
        </div>
      </PageBody>
    </>
  )
}

function matches(listener: Listener, { q = '', system, auth }: ListenersSearch): boolean {
  const text = `${listener.name} ${listener.publicUrl} ${listener.system}`.toLowerCase()
  const systems = listOf(system)
  const kinds = listOf(auth)
  return (
    text.includes(q.toLowerCase()) &&
    (systems.length === 0 || systems.includes(listener.system)) &&
    (kinds.length === 0 || kinds.includes(listener.auth.kind))
  )
}
