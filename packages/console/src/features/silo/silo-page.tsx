import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { api } from '../../lib/api.ts'
import { bytes } from '../../lib/amounts.ts'
import { shortId } from '../../lib/ids.ts'
import { useRows } from '../../lib/keyset.ts'
import { rangeOf } from '../../lib/range-search.ts'
import { chosen, oneOf } from '../../lib/search.ts'
import { timeRanges } from '../../lib/time-range.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { ChoiceChip, SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { EntryForm } from './entry-form.tsx'
import { type Entry, entryFilter, entryName } from './queries.ts'
import { entryKinds, type SiloSearch } from './search.ts'

const kinds = [
  { value: 'silo', label: 'Kept by flows and callers' },
  { value: 'file', label: 'Files of requests' },
] as const

/** What an application keeps beyond its requests and runs: documents and files, found by key, tag and content. */
export function SiloPage() {
  const { app } = useParams({ from: '/a/$app/silo' })
  const search = useSearch({ from: '/a/$app/silo' })
  const navigate = useNavigate({ from: '/a/$app/silo' })
  const [adding, setAdding] = useState(false)
  const filter = entryFilter(search)
  const load = (iterator: string | undefined) => api.entry.list(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['entries', app, filter], load)
  const set = (change: { readonly [Name in keyof SiloSearch]: SiloSearch[Name] | undefined }): void =>
    void navigate({ search: (before) => chosen({ ...before, ...change }), replace: true })
  const isNarrowed = ['key', 'tag', 'path', 'range'].some((name) => name in search)
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add entry
    </Button>
  )
  return (
    <>
      <PageHead title="Silo" facts="Documents and files that are kept, each with its last versions." actions={add} line>
        <SiloFilters search={search} onChange={set} />
      </PageHead>
      <LogList
        label="Entries"
        noun="entry"
        list={list}
        tall
        columns={search.kind === 'file' ? columns.filter(({ name }) => name !== 'tags' && name !== 'version') : columns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: '/a/$app/silo/$entry', params: { app, entry: id } })}
        rowLabel={entryName}
        {...(isNarrowed && { onClearFilters: () => void navigate({ search: chosen({ kind: search.kind }), replace: true }) })}
        empty={
          search.kind === 'file' ? (
            <EmptyState title="No file came with a request.">
              The files of multipart forms are kept as entries, as long as their requests.
            </EmptyState>
          ) : (
            <EmptyState
              title="The silo is empty."
              action={add}
              command={`posthorn entry create --app ${app} --data '{ "key": "order-A-1", "document": { "number": "A-1" } }'`}
            >
              A flow keeps documents here with Save entry and reads them with Load entry; you can add some yourself.
            </EmptyState>
          )
        }
      />
      {adding && <EntryForm app={app} onClose={() => setAdding(false)} />}
    </>
  )
}

/** Four of them stand in one line. */
const Narrow = (props: ComponentProps<typeof SearchBox>) => (
  <span className="w-full desk:w-48">
    <SearchBox {...props} />
  </span>
)

interface FiltersProps {
  readonly search: SiloSearch
  onChange(change: { readonly [Name in keyof SiloSearch]: SiloSearch[Name] | undefined }): void
}

function SiloFilters({ search, onChange }: FiltersProps) {
  const orNothing = (text: string): string | undefined => (text === '' ? undefined : text)
  const half = (search.path === undefined) !== (search.value === undefined)
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <ChoiceChip
          label="Kind"
          options={kinds}
          value={search.kind ?? 'silo'}
          onChange={(kind) => onChange({ kind: kind === 'silo' ? undefined : oneOf(kind, entryKinds) })}
        />
        {search.kind !== 'file' && (
          <>
            <Narrow value={search.key ?? ''} placeholder="Key" onChange={(text) => onChange({ key: orNothing(text) })} />
            <Narrow value={search.tag ?? ''} placeholder="Tag" onChange={(text) => onChange({ tag: orNothing(text) })} />
            <Narrow
              value={search.path ?? ''}
              placeholder="Path, such as lines[].sku"
              onChange={(text) => onChange({ path: orNothing(text) })}
            />
            <Narrow value={search.value ?? ''} placeholder="Value at that path" onChange={(text) => onChange({ value: orNothing(text) })} />
          </>
        )}
        <ChoiceChip
          label="Time range"
          options={timeRanges}
          value={search.range ?? 'all'}
          onChange={(range) => onChange({ range: range === 'all' ? undefined : rangeOf(range) })}
        />
      </div>
      {half && (
        <p role="status" className="text-xs text-text-3">
          {search.value === undefined ? 'Say which value stands at that path.' : 'Say at which path of the document that value stands.'}
        </p>
      )}
    </div>
  )
}

const columns: readonly Column<Entry>[] = [
  {
    name: 'name',
    head: 'Entry',
    cell: ({ key, name, id }) => (
      <span className="flex min-w-0 flex-col">
        <span className="clip font-medium">{key ?? name ?? 'Without a key'}</span>
        <span className="clip font-mono text-xs text-text-2">
          {key !== null && name !== null ? `${name}, ${shortId(id)}` : shortId(id)}
        </span>
      </span>
    ),
  },
  {
    name: 'tags',
    head: 'Tags',
    gives: 'narrow',
    cell: ({ tags }) => (
      <span className="flex flex-wrap gap-1">
        {tags.map((tag) => (
          <code key={tag} className="rounded-sm bg-idle-tint px-1.5 text-xs text-idle-text">
            {tag}
          </code>
        ))}
      </span>
    ),
  },
  {
    name: 'type',
    head: 'Content',
    width: '210px',
    gives: 'narrow',
    cell: ({ contentType }) => <span className="clip font-mono text-text-2">{contentType ?? 'not said'}</span>,
  },
  { name: 'size', head: 'Size', width: '90px', align: 'right', cell: ({ size }) => <span className="num">{bytes(size)}</span> },
  {
    name: 'version',
    head: 'Version',
    width: '90px',
    align: 'right',
    gives: 'narrow',
    cell: ({ version }) => <span className="num">{version}</span>,
  },
  {
    name: 'saved',
    head: 'Saved',
    width: '130px',
    align: 'right',
    cell: ({ updatedAt, createdAt }) => <Time at={updatedAt ?? createdAt} />,
  },
]
