import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Download, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { counted } from '../../lib/amounts.ts'
import { useRows } from '../../lib/keyset.ts'
import { eventTypesOf } from '../../lib/queries/catalogue-query.ts'
import { surface } from '../../lib/surface.ts'
import { without } from '../../lib/without.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { FilterChip, SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageHead } from '../../ui/page.tsx'
import { Split } from '../../ui/panel.tsx'
import { EmptyState, wordsOf } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { EventTypePanel } from './event-type-panel.tsx'
import { WriteEventType } from './write-event-type.tsx'

interface EventTypeRow {
  readonly name: string
  readonly description: string
  readonly archived: boolean
  readonly deprecated: boolean
}

/** Event types: what customers can subscribe to. */
export function CataloguePage() {
  const { app } = useParams({ from: '/a/$app/settings/event-types' })
  const { q = '', open, archived = false } = useSearch({ from: '/a/$app/settings/event-types' })
  const navigate = useNavigate({ from: '/a/$app/settings/event-types' })
  const list = useRows(['event-types', 'rows', q, archived], (iterator) =>
    api.eventType.list({
      limit: 100,
      ...(archived && { include_archived: true }),
      ...(q !== '' && { text: q }),
      ...(iterator && { iterator }),
    }),
  )
  const [writing, setWriting] = useState(false)
  const add = (
    <Button kind="primary" onClick={() => setWriting(true)}>
      <Plus aria-hidden />
      Add event type
    </Button>
  )
  return (
    <>
      <PageHead
        title="Event types"
        facts={
          surface.isPortal ? 'What endpoints can subscribe to.' : 'What customers can subscribe to. They belong to the whole organisation.'
        }
        actions={
          surface.isPortal ? undefined : (
            <>
              <ImportCatalogue />
              {add}
            </>
          )
        }
        line
      >
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox
            value={q}
            placeholder="Name or description"
            onChange={(text) =>
              void navigate({ search: (before) => (text === '' ? without(before, 'q') : { ...before, q: text }), replace: true })
            }
          />
          {!surface.isPortal && (
            <FilterChip
              label="State"
              options={[{ value: 'archived', label: 'Archived too' }]}
              values={archived ? ['archived'] : []}
              onChange={([on]) =>
                void navigate({
                  search: (before) => (on === undefined ? without(before, 'archived') : { ...before, archived: true }),
                  replace: true,
                })
              }
            />
          )}
        </div>
      </PageHead>
      <Split
        panel={
          open !== undefined && (
            <EventTypePanel key={open} name={open} onClose={() => void navigate({ search: (before) => without(before, 'open') })} />
          )
        }
      >
        <LogList
          label="Event types"
          noun="event type"
          list={{ ...list, rows: eventTypesOf(app, list.rows) }}
          columns={columns}
          rowKey={({ name }) => name}
          rowLink={({ name }) => ({ to: '.', search: (before: object) => ({ ...before, open: name }) })}
          selected={open}
          beside={open !== undefined}
          {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
          empty={
            <EmptyState
              title="No event types yet."
              {...(!surface.isPortal && {
                action: add,
                command: `posthorn event-type create --data '{ "name": "invoice.paid", "description": "An invoice was paid." }'`,
              })}
            >
              An event type is a name such as invoice.paid, with an example. Messages name one, endpoints choose among them.
            </EmptyState>
          }
        />
      </Split>
      {writing && <WriteEventType onClose={() => setWriting(false)} />}
    </>
  )
}

const columns: readonly Column<EventTypeRow>[] = [
  { name: 'name', head: 'Name', width: '280px', cell: ({ name }) => <span className="font-mono">{name}</span> },
  {
    name: 'description',
    head: 'Description',
    gives: 'last',
    cell: ({ description }) => <span className="text-text-2">{description}</span>,
  },
  {
    name: 'state',
    head: 'State',
    width: '130px',
    gives: 'panel',
    cell: ({ archived, deprecated }) => (
      <StatusMark
        status={archived || deprecated ? 'paused' : 'active'}
        word={archived ? 'Archived' : deprecated ? 'Deprecated' : 'Active'}
      />
    ),
  },
]

function ImportCatalogue() {
  const queries = useQueryClient()
  const load = useMutation({
    mutationFn: () => api.eventType.import({ catalogue: 'invoice-maker' }),
    onSuccess: ({ created, updated }) => say(`${counted(created.length, 'event type')} added, ${updated.length} changed.`),
    onError: (error) => sayFailure('Nothing was imported.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['event-types'] }),
  })
  return (
    <Button title="The 25 event types of Invoice Maker" disabled={load.isPending} onClick={() => load.mutate()}>
      <Download aria-hidden />
      Import a catalogue
    </Button>
  )
}
